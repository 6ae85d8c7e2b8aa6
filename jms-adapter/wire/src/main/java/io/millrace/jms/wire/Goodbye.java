package io.millrace.jms.wire;

/**
 * Ends the connection in order: nothing of it is kept for a reconnect. Answer: {@link Done}, then
 * the server closes.
 *
 * @param requestId see {@link Request}
 */
public record Goodbye(int requestId) implements Request {
  @Override
  public FrameType type() {
    return FrameType.GOODBYE;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
  }

  static Goodbye readFrom(FieldSource in) throws WireException {
    return new Goodbye(in.u32());
  }
}
