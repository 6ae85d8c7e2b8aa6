package io.millrace.jms.wire;

/**
 * Asks for an idempotent producer's id, or says which one this connection has: its batches count as
 * published by this connection (noLocal). Answer: {@link ProducerInfo}.
 *
 * @param requestId see {@link Request}
 * @param producerId {@link #NEW}, or the id that the client has from an earlier socket
 */
public record ProducerId(int requestId, long producerId) implements Request {
  /** Asks for an id that nobody has had. */
  public static final long NEW = -1;

  /** Asks for an id that nobody has had. */
  public ProducerId(int requestId) {
    this(requestId, NEW);
  }

  @Override
  public FrameType type() {
    return FrameType.PRODUCER_ID;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.u64(producerId);
  }

  static ProducerId readFrom(FieldSource in) throws WireException {
    return new ProducerId(in.u32(), in.u64());
  }
}
