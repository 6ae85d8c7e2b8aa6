/** Tests of the messages of logins. */
@NullMarked
package io.millrace.server.door.kafka.sasl;

import org.jspecify.annotations.NullMarked;
