package io.millrace.jms.wire;

/**
 * Allows the server to send more messages to a consumer.
 *
 * @param consumerId the client's number of the consumer, unique in its connection
 * @param messages how many more, added to what is left
 */
public record Credit(int consumerId, int messages) implements ClientFrame {
  @Override
  public FrameType type() {
    return FrameType.CREDIT;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(consumerId);
    out.u32(messages);
  }

  static Credit readFrom(FieldSource in) throws WireException {
    return new Credit(in.u32(), in.u32());
  }
}
