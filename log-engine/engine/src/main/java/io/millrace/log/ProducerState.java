package io.millrace.log;

/**
 * What a log remembers of an idempotent producer.
 *
 * @param lastSequence sequence of the last record appended; -1 when none
 * @param lastOffset offset of that record
 * @param lastTimestampMs when it was appended, in milliseconds since the epoch
 */
public record ProducerState(
    long producerId, short epoch, int lastSequence, long lastOffset, long lastTimestampMs) {}
