package io.millrace.jms.wire;

/**
 * A browser has seen all there was.
 *
 * @param consumerId the client's number of the consumer, unique in its connection
 */
public record BrowseEnd(int consumerId) implements ServerFrame {
  @Override
  public FrameType type() {
    return FrameType.BROWSE_END;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(consumerId);
  }

  static BrowseEnd readFrom(FieldSource in) throws WireException {
    return new BrowseEnd(in.u32());
  }
}
