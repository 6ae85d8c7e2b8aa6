package io.millrace.jms.wire;

/**
 * A position.
 *
 * @param partition the partition
 * @param offset the next offset to be read there
 */
public record PartitionOffset(int partition, long offset) {
  static final int BYTES = 12;

  void writeTo(FieldSink out) {
    out.u32(partition);
    out.u64(offset);
  }

  static PartitionOffset readFrom(FieldSource in) throws WireException {
    PartitionOffset position = new PartitionOffset(in.u32(), in.u64());
    if (position.partition < 0 || position.offset < 0) {
      throw new WireException("not a position: " + position);
    }
    return position;
  }
}
