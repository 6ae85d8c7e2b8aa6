package io.millrace.jms.wire;

import java.nio.ByteBuffer;

/**
 * A batch that a transaction adds to a partition.
 *
 * @param destinationId what {@link DestinationInfo} named it
 * @param partition the partition
 * @param sidecar see {@link Sidecar}
 * @param batch one v2 record batch, uncompressed, base sequence -1: the server stamps it when it
 *     applies the transaction
 */
public record TransactedSend(
    int destinationId, int partition, ByteBuffer sidecar, ByteBuffer batch) {
  static final int MIN_BYTES = 16;

  void writeTo(FieldSink out) {
    out.u32(destinationId);
    out.u32(partition);
    out.bytes(sidecar);
    out.bytes(batch);
  }

  static TransactedSend readFrom(FieldSource in) throws WireException {
    return new TransactedSend(in.u32(), in.u32(), in.bytes(), in.bytes());
  }
}
