package io.millrace.server.door.admin.port;

/**
 * A consumer group in a list.
 *
 * @param state as Kafka names it: Stable, Empty, PreparingRebalance, CompletingRebalance, Dead, and
 *     of groups of the new protocol Assigning and Reconciling
 * @param protocolType "consumer" for consumers; empty for groups that only commit offsets
 */
public record GroupSummary(String id, String state, String protocolType) {}
