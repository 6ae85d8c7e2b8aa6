package io.millrace.jms.wire;

import java.util.List;

/**
 * Messages for a consumer.
 *
 * @param consumerId the client's number of the consumer, unique in its connection
 * @param chunks in the order in which they are to be consumed
 */
public record Deliver(int consumerId, List<DeliverChunk> chunks) implements ServerFrame {
  @Override
  public FrameType type() {
    return FrameType.DELIVER;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(consumerId);
    out.list(chunks, DeliverChunk::writeTo);
  }

  static Deliver readFrom(FieldSource in) throws WireException {
    return new Deliver(in.u32(), in.list(DeliverChunk.MIN_BYTES, DeliverChunk::readFrom));
  }
}
