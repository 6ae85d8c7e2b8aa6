package io.millrace.jms.wire;

import java.util.List;

/**
 * Says what became of delivered messages. Answer: {@link Done} when that is durable; in a
 * transaction at once.
 *
 * @param requestId see {@link Request}
 * @param sessionId the client's number of the session
 * @param txId the transaction that collects it (outcome accept only); 0 for none
 * @param consumerId the client's number of the consumer, unique in its connection
 * @param outcome what became of them
 * @param ranges which messages
 */
public record Ack(
    int requestId,
    int sessionId,
    long txId,
    int consumerId,
    Outcome outcome,
    List<OffsetRange> ranges)
    implements Request {
  @Override
  public FrameType type() {
    return FrameType.ACK;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.u32(sessionId);
    out.u64(txId);
    out.u32(consumerId);
    out.u8(outcome.code());
    out.list(ranges, OffsetRange::writeTo);
  }

  static Ack readFrom(FieldSource in) throws WireException {
    return new Ack(
        in.u32(),
        in.u32(),
        in.u64(),
        in.u32(),
        Outcome.of(in.u8()),
        in.list(OffsetRange.BYTES, OffsetRange::readFrom));
  }
}
