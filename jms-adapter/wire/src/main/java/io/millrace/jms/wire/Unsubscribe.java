package io.millrace.jms.wire;

/**
 * Deletes a durable subscription. Answer: {@link Done}.
 *
 * @param requestId see {@link Request}
 * @param subscriptionName its name within the client id, or of a shared one without client id
 */
public record Unsubscribe(int requestId, String subscriptionName) implements Request {
  @Override
  public FrameType type() {
    return FrameType.UNSUBSCRIBE;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.string(subscriptionName);
  }

  static Unsubscribe readFrom(FieldSource in) throws WireException {
    return new Unsubscribe(in.u32(), in.string());
  }
}
