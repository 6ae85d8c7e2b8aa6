package io.millrace.jms.wire;

/**
 * Closes a session with its consumers: its transaction is rolled back, what is in flight is
 * released. Answer: {@link Done}.
 *
 * @param requestId see {@link Request}
 * @param sessionId the client's number of the session
 */
public record CloseSession(int requestId, int sessionId) implements Request {
  @Override
  public FrameType type() {
    return FrameType.CLOSE_SESSION;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.u32(sessionId);
  }

  static CloseSession readFrom(FieldSource in) throws WireException {
    return new CloseSession(in.u32(), in.u32());
  }
}
