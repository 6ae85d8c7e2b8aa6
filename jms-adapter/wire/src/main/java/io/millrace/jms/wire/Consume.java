package io.millrace.jms.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens a consumer, or opens it again after a reconnect. Answer: {@link Consuming}.
 *
 * @param requestId see {@link Request}
 * @param consumerId the client's number of the consumer, unique in its connection
 * @param sessionId the client's number of the session
 * @param destinationId what {@link DestinationInfo} named it
 * @param mode how it reads
 * @param subscriptionName for the durable and shared modes
 * @param selector the message selector; null for none
 * @param noLocal leave out what this connection (for a durable subscription: this client id)
 *     published
 * @param credit how many messages the server may send before the first {@link Credit}
 * @param held after a reconnect: messages that this consumer still holds, delivered and not
 *     confirmed as settled
 * @param resume after a reconnect, where {@link ConsumerMode#NON_DURABLE} and {@link
 *     ConsumerMode#BROWSER} go on
 */
public record Consume(
    int requestId,
    int consumerId,
    int sessionId,
    int destinationId,
    ConsumerMode mode,
    @Nullable String subscriptionName,
    @Nullable String selector,
    boolean noLocal,
    int credit,
    List<OffsetRange> held,
    List<PartitionOffset> resume)
    implements Request {
  @Override
  public FrameType type() {
    return FrameType.CONSUME;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.u32(consumerId);
    out.u32(sessionId);
    out.u32(destinationId);
    out.u8(mode.code());
    out.string(subscriptionName);
    out.string(selector);
    out.bool(noLocal);
    out.u32(credit);
    out.list(held, OffsetRange::writeTo);
    out.list(resume, PartitionOffset::writeTo);
  }

  static Consume readFrom(FieldSource in) throws WireException {
    return new Consume(
        in.u32(),
        in.u32(),
        in.u32(),
        in.u32(),
        ConsumerMode.of(in.u8()),
        in.optionalString(),
        in.optionalString(),
        in.bool(),
        in.u32(),
        in.list(OffsetRange.BYTES, OffsetRange::readFrom),
        in.list(PartitionOffset.BYTES, PartitionOffset::readFrom));
  }
}
