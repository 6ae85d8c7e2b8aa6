package io.millrace.server.producer;

import org.jspecify.annotations.Nullable;

/**
 * A producer with a transactional id begins, or goes on after an error (KIP-360).
 *
 * @param timeoutMs how long its transactions may take, in milliseconds
 * @param expected what it has been so far; null when it begins, which fences all before it
 */
public record InitProducer(
    String transactionalId, int timeoutMs, @Nullable ProducerIdentity expected) {}
