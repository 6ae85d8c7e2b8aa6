package io.millrace.jms.wire;

/**
 * The batch is appended and as durable as asked.
 *
 * @param requestId the request's
 * @param baseOffset offset of its first record; -1 if the batch was a duplicate whose offset is no
 *     longer known
 */
public record Sent(int requestId, long baseOffset) implements Answer {
  @Override
  public FrameType type() {
    return FrameType.SENT;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.u64(baseOffset);
  }

  static Sent readFrom(FieldSource in) throws WireException {
    return new Sent(in.u32(), in.u64());
  }
}
