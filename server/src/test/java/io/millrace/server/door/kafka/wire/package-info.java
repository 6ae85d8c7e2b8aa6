/** Tests of single pieces of the Kafka door, without sockets. */
@NullMarked
package io.millrace.server.door.kafka.wire;

import org.jspecify.annotations.NullMarked;
