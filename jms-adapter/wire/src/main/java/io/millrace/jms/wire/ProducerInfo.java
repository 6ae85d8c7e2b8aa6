package io.millrace.jms.wire;

/**
 * Answers {@link ProducerId}.
 *
 * @param requestId the request's
 * @param producerId goes into the batches
 * @param epoch goes into the batches
 */
public record ProducerInfo(int requestId, long producerId, int epoch) implements Answer {
  @Override
  public FrameType type() {
    return FrameType.PRODUCER;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.u64(producerId);
    out.u16(epoch);
  }

  static ProducerInfo readFrom(FieldSource in) throws WireException {
    return new ProducerInfo(in.u32(), in.u64(), in.u16());
  }
}
