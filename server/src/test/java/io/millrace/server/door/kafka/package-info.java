/** Tests of the Kafka door with Kafka's own client, over a socket. */
@NullMarked
package io.millrace.server.door.kafka;

import org.jspecify.annotations.NullMarked;
