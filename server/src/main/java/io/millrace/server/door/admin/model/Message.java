package io.millrace.server.door.admin.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message as it lies in the log.
 *
 * @param timestampMs milliseconds since the epoch
 * @param source jms where a JMS client sent it, record where a Kafka client did
 * @param sizeBytes of key and value
 * @param key the record's key (JMSXGroupID), if it has one
 * @param body the record's value; null for none (a tombstone)
 * @param jms header fields, when {@code source} is jms
 * @param properties typed JMS properties
 * @param headers every other record header
 */
public record Message(
    int partition,
    long offset,
    long timestampMs,
    String source,
    int sizeBytes,
    @Nullable Body key,
    @Nullable Body body,
    @Nullable JmsFields jms,
    List<Property> properties,
    List<Header> headers) {}
