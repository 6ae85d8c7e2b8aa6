package io.millrace.jms.wire;

/**
 * Opens a session. Answer: {@link Done}.
 *
 * @param requestId see {@link Request}
 * @param sessionId the client's number of the session
 */
public record OpenSession(int requestId, int sessionId) implements Request {
  @Override
  public FrameType type() {
    return FrameType.OPEN_SESSION;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.u32(sessionId);
  }

  static OpenSession readFrom(FieldSource in) throws WireException {
    return new OpenSession(in.u32(), in.u32());
  }
}
