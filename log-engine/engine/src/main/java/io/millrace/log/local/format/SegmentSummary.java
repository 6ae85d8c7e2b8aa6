package io.millrace.log.local.format;

/**
 * What the manifest says of one segment.
 *
 * @param baseOffset of the first batch; names the file
 * @param sizeInBytes the bytes that are synced
 * @param maxTimestampMs the greatest timestamp of a record; -1 when there is none
 * @param createdMs when its first batch was appended, by the server's clock
 */
public record SegmentSummary(
    long baseOffset, long sizeInBytes, long maxTimestampMs, long createdMs) {}
