package io.millrace.jms.wire;

/**
 * Messages that a transaction consumes.
 *
 * @param consumerId the consumer they were delivered to
 * @param range which ones
 */
public record TransactedAck(int consumerId, OffsetRange range) {
  static final int BYTES = 4 + OffsetRange.BYTES;

  void writeTo(FieldSink out) {
    out.u32(consumerId);
    range.writeTo(out);
  }

  static TransactedAck readFrom(FieldSource in) throws WireException {
    return new TransactedAck(in.u32(), OffsetRange.readFrom(in));
  }
}
