package io.millrace.jms.wire;

/**
 * The server ended a consumer, for example because its destination was deleted.
 *
 * @param consumerId the client's number of the consumer, unique in its connection
 * @param code the class of reason
 * @param message the reason, for people
 */
public record ConsumerClosed(int consumerId, ErrorCode code, String message)
    implements ServerFrame {
  @Override
  public FrameType type() {
    return FrameType.CONSUMER_CLOSED;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(consumerId);
    out.u16(code.code());
    out.string(message);
  }

  static ConsumerClosed readFrom(FieldSource in) throws WireException {
    return new ConsumerClosed(in.u32(), ErrorCode.of(in.u16()), in.string());
  }
}
