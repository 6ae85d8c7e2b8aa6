/**
 * The Kafka door: Kafka's wire protocol for unmodified clients. {@link
 * io.millrace.server.door.kafka.ApiRegistry} is its table of contents.
 */
@NullMarked
package io.millrace.server.door.kafka;

import org.jspecify.annotations.NullMarked;
