package io.millrace.server.config;

import jakarta.validation.constraints.Min;

/**
 * Kafka transactions.
 *
 * @param maxTimeoutMs the longest time that a producer may ask for its transactions
 * @param idExpirationMs how long a transactional id that is not used is remembered
 */
public record TransactionsConfig(
    @Setting(
            value = "15min",
            unit = "ms",
            meaning =
                "Longest time that a Kafka producer may ask for its transactions"
                    + " (`transaction.timeout.ms`). What is open for longer than its producer asked"
                    + " for is aborted.")
        @Min(value = 1, message = "must be at least 1 ms")
        int maxTimeoutMs,
    @Setting(
            value = "7d",
            unit = "ms",
            meaning =
                "How long a transactional id that no Kafka producer uses is remembered. A producer"
                    + " that is quiet for longer has to begin anew.")
        @Min(value = 1, message = "must be a time")
        long idExpirationMs) {}
