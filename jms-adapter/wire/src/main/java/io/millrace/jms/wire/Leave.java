package io.millrace.jms.wire;

/**
 * The client has no use for the conversation any more, as if its socket had closed: without a
 * {@link Goodbye} before, the server keeps the connection's state for its return. No answer.
 */
public record Leave() implements ClientFrame {
  @Override
  public FrameType type() {
    return FrameType.LEAVE;
  }

  @Override
  public void writeTo(FieldSink out) {
    // Its number, which stands before every frame, says all.
  }

  static Leave readFrom() {
    return new Leave();
  }
}
