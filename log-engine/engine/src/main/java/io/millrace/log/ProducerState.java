package io.millrace.log;

/**
 * What a log remembers of an idempotent producer.
 *
 * @param lastSequence sequence of the last record appended; -1 when none in this epoch
 * @param lastOffset offset of that record
 * @param lastTimestampMs when it, or a marker of the producer's, was appended, in milliseconds
 *     since the epoch
 * @param transactionStartOffset offset of the first record of its open transaction; -1 for none
 */
public record ProducerState(
    long producerId,
    short epoch,
    int lastSequence,
    long lastOffset,
    long lastTimestampMs,
    long transactionStartOffset) {}
