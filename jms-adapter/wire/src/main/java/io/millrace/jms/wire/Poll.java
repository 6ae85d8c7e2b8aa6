package io.millrace.jms.wire;

/**
 * Asks whether there is anything for a consumer. Answer: {@link Done} behind every message that was
 * available when the request arrived and that credit allowed.
 *
 * @param requestId see {@link Request}
 * @param consumerId the client's number of the consumer, unique in its connection
 */
public record Poll(int requestId, int consumerId) implements Request {
  @Override
  public FrameType type() {
    return FrameType.POLL;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.u32(consumerId);
  }

  static Poll readFrom(FieldSource in) throws WireException {
    return new Poll(in.u32(), in.u32());
  }
}
