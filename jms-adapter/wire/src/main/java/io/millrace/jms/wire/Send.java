package io.millrace.jms.wire;

import java.nio.ByteBuffer;

/**
 * Appends a batch to a partition. Answer: {@link Sent} once the batch is durable; none inside a
 * transaction, whose commit tells.
 *
 * @param requestId see {@link Request}
 * @param destinationId what {@link DestinationInfo} named it
 * @param partition the partition
 * @param sessionId the client's number of the session
 * @param txId the transaction that collects the batch; 0 for none
 * @param flags {@link #NON_PERSISTENT} or 0; other bits are 0
 * @param sidecar see {@link Sidecar}
 * @param batch one v2 record batch, uncompressed; in a transaction with base sequence -1, as the
 *     server stamps it when it applies the commit
 */
public record Send(
    int requestId,
    int destinationId,
    int partition,
    int sessionId,
    long txId,
    int flags,
    ByteBuffer sidecar,
    ByteBuffer batch)
    implements Request {
  /** Flag: may be answered before it is durable. */
  public static final int NON_PERSISTENT = 1;

  @Override
  public FrameType type() {
    return FrameType.SEND;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.u32(destinationId);
    out.u32(partition);
    out.u32(sessionId);
    out.u64(txId);
    out.u8(flags);
    out.bytes(sidecar);
    out.bytes(batch);
  }

  static Send readFrom(FieldSource in) throws WireException {
    return new Send(
        in.u32(), in.u32(), in.u32(), in.u32(), in.u64(), in.u8(), in.bytes(), in.bytes());
  }
}
