package io.millrace.jms.wire;

/**
 * The server has ended the conversation and sends nothing more in it; what the client still sends
 * in it is not heard.
 */
public record Left() implements ServerFrame {
  @Override
  public FrameType type() {
    return FrameType.LEFT;
  }

  @Override
  public void writeTo(FieldSink out) {
    // Its number, which stands before every frame, says all.
  }

  static Left readFrom() {
    return new Left();
  }
}
