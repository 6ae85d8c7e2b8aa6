package io.millrace.jms.wire;

import java.util.List;

/**
 * Makes a transaction durable as a whole. Answer: {@link Done}, or {@link Failed} with {@link
 * ErrorCode#ROLLED_BACK}. Sent again after a reconnect with the same connection key and transaction
 * id it is answered as the first time if that took place, and executed if it contains everything.
 *
 * @param requestId see {@link Request}
 * @param sessionId the client's number of the session
 * @param txId the transaction, never 0, unique in the connection's life across reconnects
 * @param earlySends number of {@link Send} frames that went before it in this transaction
 * @param earlyAcks number of {@link Ack} frames that went before it in this transaction
 * @param acks further messages that it consumes
 * @param sends further batches that it sends, in order
 */
public record Commit(
    int requestId,
    int sessionId,
    long txId,
    int earlySends,
    int earlyAcks,
    List<TransactedAck> acks,
    List<TransactedSend> sends)
    implements Request {
  @Override
  public FrameType type() {
    return FrameType.COMMIT;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.u32(sessionId);
    out.u64(txId);
    out.u32(earlySends);
    out.u32(earlyAcks);
    out.list(acks, TransactedAck::writeTo);
    out.list(sends, TransactedSend::writeTo);
  }

  static Commit readFrom(FieldSource in) throws WireException {
    return new Commit(
        in.u32(),
        in.u32(),
        in.u64(),
        in.u32(),
        in.u32(),
        in.list(TransactedAck.BYTES, TransactedAck::readFrom),
        in.list(TransactedSend.MIN_BYTES, TransactedSend::readFrom));
  }
}
