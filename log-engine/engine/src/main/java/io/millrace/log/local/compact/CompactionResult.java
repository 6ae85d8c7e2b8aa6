package io.millrace.log.local.compact;

/**
 * What a run of compaction has achieved, for people.
 *
 * @param bytesBefore of the segments that were written again
 * @param bytesAfter of what took their place
 * @param recordsBefore in them
 * @param recordsAfter of those that were kept
 * @param keys how many different ones the new part of the log had
 */
public record CompactionResult(
    long bytesBefore, long bytesAfter, long recordsBefore, long recordsAfter, int keys) {}
