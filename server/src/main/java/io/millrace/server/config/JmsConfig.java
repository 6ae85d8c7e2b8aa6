package io.millrace.server.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * JMS clients, cursors and transactions.
 *
 * @param heartbeatMs how often a client shows a sign of life at least
 * @param graceMs how long a broken connection may take to come back before others get its messages
 * @param recoveryGraceMs the same after a restart of the server
 * @param outboundBytes messages waiting for one client to take them
 * @param maxTransactionBytes messages that one transaction may send
 */
public record JmsConfig(
    @Setting(
            value = "10s",
            unit = "ms",
            meaning =
                "How often a client shows a sign of life at least. Its connection counts as"
                    + " broken after three times as long without one.")
        @Min(value = 100, message = "must be at least 100 ms")
        @Max(value = 3_600_000, message = "must be at most 1h")
        int heartbeatMs,
    @Setting(
            value = "2s",
            unit = "ms",
            meaning =
                "How long a broken connection may take to come back before others get the messages"
                    + " that it holds and its temporary destinations are deleted.")
        @Min(value = 0, message = "must be 0 or a time")
        long graceMs,
    @Setting(
            value = "3s",
            unit = "ms",
            meaning =
                "How long, after a restart of the server, a queue waits for the consumers that it"
                    + " had before it delivers; it begins at once when all are back.")
        @Min(value = 0, message = "must be 0 or a time")
        long recoveryGraceMs,
    @Setting(
            value = "4m",
            unit = "bytes",
            meaning =
                "Messages waiting for one client to take them, at which nothing more is delivered"
                    + " to it.")
        @Min(value = 65_536, message = "must be at least 64k")
        long outboundBytes,
    @Setting(
            value = "64m",
            unit = "bytes",
            meaning =
                "Messages that one transaction may send, which is at most an eighth of the heap;"
                    + " its commit is refused beyond.")
        @Min(value = 65_536, message = "must be at least 64k")
        @Max(value = 192 << 20, message = "must be at most 192m")
        int maxTransactionBytes) {}
