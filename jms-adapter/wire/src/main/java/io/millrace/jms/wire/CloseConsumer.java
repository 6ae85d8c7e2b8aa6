package io.millrace.jms.wire;

/**
 * Ends deliveries to a consumer. Answer: {@link Done} behind the last delivery. What is in flight
 * stays with the session until acknowledged or the session ends.
 *
 * @param requestId see {@link Request}
 * @param consumerId the client's number of the consumer, unique in its connection
 */
public record CloseConsumer(int requestId, int consumerId) implements Request {
  @Override
  public FrameType type() {
    return FrameType.CLOSE_CONSUMER;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.u32(consumerId);
  }

  static CloseConsumer readFrom(FieldSource in) throws WireException {
    return new CloseConsumer(in.u32(), in.u32());
  }
}
