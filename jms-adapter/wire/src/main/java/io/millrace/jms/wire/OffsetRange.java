package io.millrace.jms.wire;

/**
 * Consecutive messages of one partition.
 *
 * @param partition the partition
 * @param first offset of the first one
 * @param last offset of the last one, inclusive, not below {@code first}
 */
public record OffsetRange(int partition, long first, long last) {
  static final int BYTES = 20;

  void writeTo(FieldSink out) {
    out.u32(partition);
    out.u64(first);
    out.u64(last);
  }

  static OffsetRange readFrom(FieldSource in) throws WireException {
    OffsetRange range = new OffsetRange(in.u32(), in.u64(), in.u64());
    if (range.partition < 0 || range.first < 0 || range.last < range.first) {
      throw new WireException("not a range of offsets: " + range);
    }
    return range;
  }
}
