package io.millrace.jms.wire;

/**
 * Takes back all credit of a consumer. Answer: {@link Done} behind the last delivery; deliveries
 * begin again with {@link Credit}.
 *
 * @param requestId see {@link Request}
 * @param consumerId the client's number of the consumer, unique in its connection
 */
public record Pause(int requestId, int consumerId) implements Request {
  @Override
  public FrameType type() {
    return FrameType.PAUSE;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.u32(consumerId);
  }

  static Pause readFrom(FieldSource in) throws WireException {
    return new Pause(in.u32(), in.u32());
  }
}
