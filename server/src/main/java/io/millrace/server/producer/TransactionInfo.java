package io.millrace.server.producer;

import io.millrace.log.LogId;
import java.util.List;

/**
 * What is known of a transactional id, for administrators.
 *
 * @param timeoutMs how long its transactions may take, in milliseconds
 * @param startMs when its transaction began, in milliseconds since the epoch; -1 without one
 * @param partitions that take part in the transaction
 */
public record TransactionInfo(
    String transactionalId,
    ProducerIdentity identity,
    TransactionState state,
    int timeoutMs,
    long startMs,
    List<LogId> partitions) {}
