package io.millrace.jms.wire;

/**
 * The request was carried out.
 *
 * @param requestId the request's
 */
public record Done(int requestId) implements Answer {
  @Override
  public FrameType type() {
    return FrameType.DONE;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
  }

  static Done readFrom(FieldSource in) throws WireException {
    return new Done(in.u32());
  }
}
