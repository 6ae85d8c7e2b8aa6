package io.millrace.log;

/**
 * A record's place in time and in its log.
 *
 * @param timestampMs milliseconds since the epoch
 */
public record TimestampOffset(long timestampMs, long offset) {}
