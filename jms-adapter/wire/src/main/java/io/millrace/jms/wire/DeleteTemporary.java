package io.millrace.jms.wire;

/**
 * Deletes a temporary destination of this connection. Answer: {@link Done}.
 *
 * @param requestId see {@link Request}
 * @param destinationId what {@link DestinationInfo} named it
 */
public record DeleteTemporary(int requestId, int destinationId) implements Request {
  @Override
  public FrameType type() {
    return FrameType.DELETE_TEMPORARY;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.u32(destinationId);
  }

  static DeleteTemporary readFrom(FieldSource in) throws WireException {
    return new DeleteTemporary(in.u32(), in.u32());
  }
}
