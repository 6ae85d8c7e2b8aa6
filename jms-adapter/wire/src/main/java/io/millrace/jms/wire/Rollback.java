package io.millrace.jms.wire;

/**
 * Forgets a transaction: its batches are dropped, its acknowledged messages are in flight again,
 * for the client to release. Answer: {@link Done}.
 *
 * @param requestId see {@link Request}
 * @param sessionId the client's number of the session
 * @param txId the transaction
 */
public record Rollback(int requestId, int sessionId, long txId) implements Request {
  @Override
  public FrameType type() {
    return FrameType.ROLLBACK;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.u32(sessionId);
    out.u64(txId);
  }

  static Rollback readFrom(FieldSource in) throws WireException {
    return new Rollback(in.u32(), in.u32(), in.u64());
  }
}
