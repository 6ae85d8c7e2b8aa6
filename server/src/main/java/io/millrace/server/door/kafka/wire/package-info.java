/**
 * Kafka's framing on one connection: requests parsed and started, responses written in the order of
 * their requests. Messages are encoded and decoded by the classes of kafka-clients. What a request
 * means may not enter here.
 */
@NullMarked
package io.millrace.server.door.kafka.wire;

import org.jspecify.annotations.NullMarked;
