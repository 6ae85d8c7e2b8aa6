package io.millrace.jms.link;

import io.millrace.batch.BatchBuilder;
import io.millrace.jms.config.Option;
import io.millrace.jms.wire.Commit;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.OffsetRange;
import io.millrace.jms.wire.ProducerInfo;
import io.millrace.jms.wire.Rollback;
import io.millrace.jms.wire.Send;
import io.millrace.jms.wire.Sidecar;
import io.millrace.jms.wire.TransactedAck;
import io.millrace.jms.wire.TransactedSend;
import io.millrace.jms.wire.message.MessageEncoder;
import jakarta.jms.JMSException;
import jakarta.jms.TransactionRolledBackException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A local transaction: what it sends and consumes is kept here and goes with the commit, so that a
 * small one survives a reconnect. What exceeds the buffer goes ahead, and then a broken connection
 * rolls it back. One thread at a time, the session's.
 */
public final class Transaction {
  private static final int FRAME_OVERHEAD = 256;
  private static final int FIRST_BYTES = 1024;

  private record Lane(RemoteDestination destination, int partition) {}

  /** The batches for one partition: sealed ones and the one that is being filled. */
  private static final class Outgoing {
    final BatchBuilder builder = new BatchBuilder(FIRST_BYTES);
    final Sidecar.Builder sidecar = new Sidecar.Builder();
  }

  private record Sealed(Lane lane, ByteBuffer sidecar, ByteBuffer batch) {
    int sizeInBytes() {
      return sidecar.remaining() + batch.remaining();
    }
  }

  private final ServerLink link;
  private final RemoteSession session;
  private final long txId;
  private final int maxBatchBytes;
  private final long bufferBytes;
  private final Map<Lane, Outgoing> open = new LinkedHashMap<>();
  private final List<Sealed> sealed = new ArrayList<>();
  private final Map<RemoteConsumer, OffsetRanges> consumed = new LinkedHashMap<>();
  private long sealedBytes;
  private int earlySends;
  private int generation;
  private boolean asked;
  private @Nullable String lostBecause;

  public Transaction(ServerLink link, RemoteSession session) {
    this.link = link;
    this.session = session;
    this.txId = link.nextNumber();
    this.maxBatchBytes = link.options().integer(Option.MAX_BATCH_BYTES);
    this.bufferBytes =
        Math.min(link.options().number(Option.TRANSACTION_BUFFER_BYTES), link.maxFrameBytes() / 2);
  }

  /** Adds a message. */
  public void send(
      RemoteDestination destination,
      int partition,
      MessageEncoder encoder,
      long timestampMs,
      @Nullable ByteBuffer body)
      throws JMSException {
    Lane lane = new Lane(destination, partition);
    Outgoing outgoing = open.get(lane);
    if (outgoing == null) {
      outgoing = new Outgoing();
      open.put(lane, outgoing);
      destination.acquire();
    }
    if (!outgoing.builder.isEmpty() && encoder.sizeWith(outgoing.builder, body) > maxBatchBytes) {
      seal(lane, outgoing);
    }
    long size = encoder.sizeWith(outgoing.builder, body);
    if (outgoing.builder.isEmpty() && size > link.maxFrameBytes() - FRAME_OVERHEAD) {
      throw Errors.toException(
          ErrorCode.TOO_LARGE,
          "a message of " + size + " bytes; the server takes at most " + link.maxFrameBytes());
    }
    encoder.append(outgoing.builder, outgoing.sidecar, timestampMs, body);
    while (sealedBytes > bufferBytes && !sealed.isEmpty()) {
      sendAhead(sealed.remove(0));
    }
  }

  private void seal(Lane lane, Outgoing outgoing) throws JMSException {
    ProducerInfo producer = session.producer();
    // The server stamps the sequence when it applies the transaction.
    outgoing.builder.setProducer(producer.producerId(), (short) producer.epoch(), -1);
    Sealed batch = new Sealed(lane, outgoing.sidecar.build(), outgoing.builder.take());
    sealed.add(batch);
    sealedBytes += batch.sizeInBytes();
  }

  private void sendAhead(Sealed batch) throws JMSException {
    sealedBytes -= batch.sizeInBytes();
    if (earlySends == 0) {
      generation = link.generation();
    }
    earlySends++;
    link.awaitWritable();
    boolean sent =
        link.send(
            generation,
            new Send(
                0,
                batch.lane.destination.id(),
                batch.lane.partition,
                session.id(),
                txId,
                0,
                batch.sidecar,
                batch.batch));
    if (!sent) {
      lostBecause = "the connection broke behind the part of it that was already with the server";
    }
  }

  /** Adds a consumed message. */
  public void consume(RemoteConsumer consumer, Delivery delivery) {
    if (consumer.spec().mode().isAcknowledged()) {
      consumed
          .computeIfAbsent(consumer, c -> new OffsetRanges())
          .add(delivery.partition(), delivery.offset());
    }
  }

  /** True if there is nothing to commit. */
  public boolean isEmpty() {
    return open.isEmpty() && sealed.isEmpty() && earlySends == 0 && consumed.isEmpty();
  }

  /**
   * Makes it durable as a whole.
   *
   * @throws TransactionRolledBackException if it did not and will not take place
   * @throws JMSException if the outcome is unknown: this may be called again and takes place once,
   *     but nothing may be added meanwhile
   */
  public void commit() throws JMSException {
    if (isEmpty()) {
      return;
    }
    for (Map.Entry<Lane, Outgoing> lane : open.entrySet()) {
      if (!lane.getValue().builder.isEmpty()) {
        seal(lane.getKey(), lane.getValue());
      }
    }
    while (sealedBytes > bufferBytes && sealed.size() > 1) {
      sendAhead(sealed.remove(0));
    }
    if (!asked) {
      checkWhole();
      asked = true; // From now on only the server knows.
    }
    List<TransactedAck> acks = acks();
    try {
      link.requestWhileAwaited(
          id -> new Commit(id, session.id(), txId, earlySends, 0, acks, sends()));
    } catch (TransactionRolledBackException rolledBack) {
      release();
      throw rolledBack;
    }
    consumed.forEach(RemoteConsumer::onCommitted);
    release();
  }

  private void checkWhole() throws JMSException {
    if (lostBecause == null && earlySends > 0 && generation != link.generation()) {
      lostBecause = "the connection broke behind the part of it that was already with the server";
    }
    for (Map.Entry<RemoteConsumer, OffsetRanges> entry : consumed.entrySet()) {
      if (lostBecause == null && !entry.getKey().holdsAll(entry.getValue())) {
        lostBecause =
            "messages that it consumed went to another consumer while the connection was broken";
      }
    }
    if (lostBecause != null) {
      String reason = lostBecause;
      rollback();
      throw new TransactionRolledBackException(
          "the transaction was rolled back: " + reason, ErrorCode.ROLLED_BACK.name());
    }
  }

  private List<TransactedAck> acks() {
    List<TransactedAck> acks = new ArrayList<>();
    consumed.forEach(
        (consumer, ranges) -> {
          for (OffsetRange range : ranges.toList()) {
            acks.add(new TransactedAck(consumer.id(), range));
          }
        });
    return acks;
  }

  /** Made anew for each attempt: numbers of destinations change with the socket. */
  private List<TransactedSend> sends() {
    List<TransactedSend> sends = new ArrayList<>();
    for (Sealed batch : sealed) {
      sends.add(
          new TransactedSend(
              batch.lane.destination.id(), batch.lane.partition, batch.sidecar, batch.batch));
    }
    return sends;
  }

  /** Forgets it; what it consumed is for the session to give back. */
  public void rollback() throws JMSException {
    boolean partsAreAhead = earlySends > 0;
    release();
    if (partsAreAhead) {
      link.requestWhileAwaited(id -> new Rollback(id, session.id(), txId));
    }
  }

  private void release() {
    open.keySet().forEach(lane -> lane.destination.release());
    open.clear();
    sealed.clear();
    sealedBytes = 0;
    earlySends = 0;
  }
}
