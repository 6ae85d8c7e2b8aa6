/** Tests of the JMS door, with the real client on a real port. */
@NullMarked
package io.millrace.server.door.jms;

import org.jspecify.annotations.NullMarked;
