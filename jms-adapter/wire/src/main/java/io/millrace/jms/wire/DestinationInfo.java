package io.millrace.jms.wire;

import java.util.UUID;

/**
 * Answers {@link Resolve}.
 *
 * @param requestId the request's
 * @param destinationId the number of the destination in this connection
 * @param topicId the id of the log topic behind it
 * @param partitions how many partitions it has, at least 1
 * @param bodyDefault what a record without JMS headers becomes
 */
public record DestinationInfo(
    int requestId, int destinationId, UUID topicId, int partitions, BodyDefault bodyDefault)
    implements Answer {
  @Override
  public FrameType type() {
    return FrameType.DESTINATION;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.u32(destinationId);
    out.uuid(topicId);
    out.u32(partitions);
    out.u8(bodyDefault.code());
  }

  static DestinationInfo readFrom(FieldSource in) throws WireException {
    return new DestinationInfo(in.u32(), in.u32(), in.uuid(), in.u32(), BodyDefault.of(in.u8()));
  }
}
