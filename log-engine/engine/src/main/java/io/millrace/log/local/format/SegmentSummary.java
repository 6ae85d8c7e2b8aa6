package io.millrace.log.local.format;

/**
 * What the manifest says of one segment.
 *
 * @param baseOffset of the first batch, or where the range of a compacted one begins; names the
 *     file
 * @param sizeInBytes the bytes that are synced
 * @param maxTimestampMs the greatest timestamp of a record; -1 when there is none
 * @param createdMs when its first batch was appended, by the server's clock
 * @param generation 0 for a file as it was appended; a compacted one has a number above 0, which is
 *     in its name
 */
public record SegmentSummary(
    long baseOffset, long sizeInBytes, long maxTimestampMs, long createdMs, int generation) {

  /** Of a file as it was appended. */
  public SegmentSummary(long baseOffset, long sizeInBytes, long maxTimestampMs, long createdMs) {
    this(baseOffset, sizeInBytes, maxTimestampMs, createdMs, 0);
  }
}
