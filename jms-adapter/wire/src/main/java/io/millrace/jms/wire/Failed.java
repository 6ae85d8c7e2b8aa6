package io.millrace.jms.wire;

/**
 * The request was not carried out; with request id 0 the whole connection has failed and is closed.
 *
 * @param requestId the request's
 * @param code the class of error
 * @param message what happened and what to do, for people
 */
public record Failed(int requestId, ErrorCode code, String message) implements Answer {
  @Override
  public FrameType type() {
    return FrameType.ERROR;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.u16(code.code());
    out.string(message);
  }

  static Failed readFrom(FieldSource in) throws WireException {
    return new Failed(in.u32(), ErrorCode.of(in.u16()), in.string());
  }
}
