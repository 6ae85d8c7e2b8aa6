package io.millrace.jms.wire;

/**
 * Answers {@link Ping}.
 *
 * @param requestId the request's
 */
public record Pong(int requestId) implements Answer {
  @Override
  public FrameType type() {
    return FrameType.PONG;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
  }

  static Pong readFrom(FieldSource in) throws WireException {
    return new Pong(in.u32());
  }
}
