/** Tests of fetch sessions. */
@NullMarked
package io.millrace.server.door.kafka.fetch;

import org.jspecify.annotations.NullMarked;
