/**
 * The handlers of the Kafka door: one class for each API. They translate between Kafka's messages
 * and the {@link io.millrace.server.broker.Broker}, which alone they talk to.
 */
@NullMarked
package io.millrace.server.door.kafka.api;

import org.jspecify.annotations.NullMarked;
