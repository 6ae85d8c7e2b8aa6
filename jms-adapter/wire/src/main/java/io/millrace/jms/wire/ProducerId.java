package io.millrace.jms.wire;

/**
 * Asks for an idempotent producer's id. Its batches count as published by this connection
 * (noLocal). Answer: {@link ProducerInfo}.
 *
 * @param requestId see {@link Request}
 */
public record ProducerId(int requestId) implements Request {
  @Override
  public FrameType type() {
    return FrameType.PRODUCER_ID;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
  }

  static ProducerId readFrom(FieldSource in) throws WireException {
    return new ProducerId(in.u32());
  }
}
