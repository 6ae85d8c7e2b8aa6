package io.millrace.jms.wire;

/**
 * Asks for a sign of life. Answer: {@link Pong}, at once.
 *
 * @param requestId see {@link Request}
 */
public record Ping(int requestId) implements Request {
  @Override
  public FrameType type() {
    return FrameType.PING;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
  }

  static Ping readFrom(FieldSource in) throws WireException {
    return new Ping(in.u32());
  }
}
