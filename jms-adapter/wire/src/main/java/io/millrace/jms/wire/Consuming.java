package io.millrace.jms.wire;

import java.util.List;

/**
 * The consumer is open.
 *
 * @param requestId the request's
 * @param lost of the held messages: those that are settled or with another consumer now
 * @param positions for {@link ConsumerMode#NON_DURABLE} and {@link ConsumerMode#BROWSER}: where
 *     reading begins
 */
public record Consuming(int requestId, List<OffsetRange> lost, List<PartitionOffset> positions)
    implements Answer {
  @Override
  public FrameType type() {
    return FrameType.CONSUMING;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.list(lost, OffsetRange::writeTo);
    out.list(positions, PartitionOffset::writeTo);
  }

  static Consuming readFrom(FieldSource in) throws WireException {
    return new Consuming(
        in.u32(),
        in.list(OffsetRange.BYTES, OffsetRange::readFrom),
        in.list(PartitionOffset.BYTES, PartitionOffset::readFrom));
  }
}
