package io.millrace.jms.link;

import io.millrace.batch.RecordBatchView;
import io.millrace.jms.wire.Answer;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.ProducerInfo;
import io.millrace.jms.wire.Request;
import io.millrace.jms.wire.Send;
import io.millrace.jms.wire.Sent;
import jakarta.jms.JMSException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A sealed batch on its way. Its pipeline's lock guards the mutable fields. */
final class SendBatch extends Call {
  private final SendPipeline pipeline;
  private final ByteBuffer batch;
  private final ByteBuffer sidecar;
  private final boolean persistent;
  private final List<SendTicket> tickets;
  final int recordCount;
  int baseSequence;
  boolean answered;
  @Nullable JMSException refusedBy;

  SendBatch(
      SendPipeline pipeline,
      ByteBuffer batch,
      ByteBuffer sidecar,
      boolean persistent,
      List<SendTicket> tickets) {
    this.pipeline = pipeline;
    this.batch = batch;
    this.sidecar = sidecar;
    this.persistent = persistent;
    this.tickets = tickets;
    this.recordCount = tickets.size();
  }

  int sizeInBytes() {
    return batch.remaining();
  }

  /** Gives the batch its place in the producer's sequence; not while it is under way. */
  void stamp(ProducerInfo producer, int sequence) {
    baseSequence = sequence;
    new RecordBatchView()
        .wrap(batch, 0)
        .setProducer(producer.producerId(), (short) producer.epoch(), sequence);
  }

  @Override
  protected Request frame(int requestId) {
    return new Send(
        requestId,
        pipeline.destination().id(),
        pipeline.partition(),
        pipeline.sessionId(),
        0,
        persistent ? 0 : Send.NON_PERSISTENT,
        sidecar,
        batch);
  }

  @Override
  protected boolean isAwaited() {
    // The newest message is that of the thread that submits.
    return tickets.get(tickets.size() - 1).isAwaited();
  }

  @Override
  protected void onAnswer(Answer answer) {
    if (answer instanceof Sent sent) {
      pipeline.onSent(this);
      for (int i = 0; i < tickets.size(); i++) {
        tickets.get(i).onSent(sent.baseOffset() < 0 ? -1 : sent.baseOffset() + i);
      }
    } else {
      onError(ErrorCode.PROTOCOL, "the server answered " + answer.type() + " to SEND");
    }
  }

  @Override
  protected void onError(ErrorCode code, String message) {
    if (code.isRetriable()) {
      tickets.forEach(ticket -> ticket.onDelayed(message));
    }
    pipeline.onRefused(this, code, message);
  }

  @Override
  protected void onLinkFailed(JMSException reason) {
    pipeline.onLinkFailed(reason);
  }

  void failTickets(JMSException reason) {
    for (SendTicket ticket : tickets) {
      ticket.onFailed(reason);
    }
  }
}
