package io.millrace.server.group;

/**
 * How far a group has read a partition.
 *
 * @param offset the next record that it wants
 * @param leaderEpoch of the last record read; -1 when the client did not say
 * @param metadata the client's own text
 * @param committedMs when, in milliseconds since the epoch
 */
public record CommittedOffset(long offset, int leaderEpoch, String metadata, long committedMs) {}
