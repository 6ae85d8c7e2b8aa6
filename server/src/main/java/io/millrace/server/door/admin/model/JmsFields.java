package io.millrace.server.door.admin.model;

import org.jspecify.annotations.Nullable;

/**
 * The JMS header fields of a message that a JMS client sent.
 *
 * @param bodyType text, bytes, map, stream, object or none
 * @param deliveryMode persistent or non-persistent
 * @param expirationMs milliseconds since the epoch; null: never
 * @param deliveryTimeMs milliseconds since the epoch; null: at once
 */
public record JmsFields(
    String bodyType,
    @Nullable String messageId,
    @Nullable String correlationId,
    @Nullable String replyTo,
    @Nullable String type,
    int priority,
    String deliveryMode,
    @Nullable Long expirationMs,
    @Nullable Long deliveryTimeMs) {}
