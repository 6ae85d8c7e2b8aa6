package io.millrace.jms.link;

import io.millrace.batch.BatchBuilder;
import io.millrace.batch.Sequences;
import io.millrace.jms.config.ClientOptions;
import io.millrace.jms.config.Option;
import io.millrace.jms.runtime.ClientTime;
import io.millrace.jms.wire.Answer;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.ProducerId;
import io.millrace.jms.wire.ProducerInfo;
import io.millrace.jms.wire.Request;
import io.millrace.jms.wire.Sidecar;
import io.millrace.jms.wire.message.MessageEncoder;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The sends of one session to one partition, in order, each exactly once. Any thread may call.
 *
 * <p>A message leaves at once if nothing is in flight; those that come while a batch is in flight
 * gather in the next one. So a lone sender waits for nothing and many fill large batches. Two
 * batches may be in flight, one until the first was answered: only then does the log know the
 * producer, and refuses a second batch whose first one it has not got.
 *
 * <p>Invariant: {@link #inFlight} and then {@link #sealed} hold consecutive sequences, up to before
 * {@link #nextSequence}. When a batch is refused nothing more is sent until every batch in flight
 * is answered; then those that can be repeated are sent again, numbered without the ones that
 * failed.
 */
public final class SendPipeline {
  private static final Logger LOG = System.getLogger("io.millrace.jms");
  private static final int FIRST_BYTES = 512;
  private static final int FRAME_OVERHEAD = 64;
  private static final long FIRST_RETRY_MS = 20;
  private static final long MAX_RETRY_MS = 1000;
  private static final int MAX_IN_FLIGHT = 2;

  private final ServerLink link;
  private final int sessionId;
  private final RemoteDestination destination;
  private final int partition;
  private final int maxBatchBytes;
  private final long maxOutstandingBytes;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition progress = lock.newCondition();
  private final Deque<SendBatch> inFlight = new ArrayDeque<>();
  private final Deque<SendBatch> sealed = new ArrayDeque<>();
  private final Sidecar.Builder sidecar = new Sidecar.Builder();
  private BatchBuilder builder = new BatchBuilder(FIRST_BYTES);
  private List<SendTicket> tickets = new ArrayList<>(1);
  private boolean openPersistent = true;
  private ProducerInfo producer;
  private boolean hasProducer = true;
  private int nextSequence;
  private boolean established;
  private boolean repairing;
  private boolean restarting;
  private long retryMs = FIRST_RETRY_MS;
  private long outstandingBytes;
  private @Nullable JMSException failure;

  SendPipeline(
      ServerLink link,
      int sessionId,
      ProducerInfo producer,
      RemoteDestination destination,
      int partition) {
    this.link = link;
    this.sessionId = sessionId;
    this.producer = producer;
    this.destination = destination;
    this.partition = partition;
    ClientOptions options = link.options();
    this.maxBatchBytes = options.integer(Option.MAX_BATCH_BYTES);
    this.maxOutstandingBytes = options.number(Option.MAX_OUTSTANDING_BYTES);
  }

  RemoteDestination destination() {
    return destination;
  }

  int partition() {
    return partition;
  }

  int sessionId() {
    return sessionId;
  }

  /**
   * Takes a message; waits while too much is unconfirmed.
   *
   * @param encoder with the message's headers prepared
   * @param timestampMs JMSTimestamp
   * @param deadlineNanos how long to wait for room; 0 for no limit
   * @throws JMSException if the message is too large, the link has ended, or there was no room in
   *     time: the message was not sent
   */
  public void send(
      MessageEncoder encoder,
      long timestampMs,
      @Nullable ByteBuffer body,
      boolean persistent,
      SendTicket ticket,
      long deadlineNanos)
      throws JMSException {
    lock.lock();
    try {
      awaitRoom(deadlineNanos);
      if (!builder.isEmpty()
          && (openPersistent != persistent || encoder.sizeWith(builder, body) > maxBatchBytes)) {
        seal();
      }
      long size = encoder.sizeWith(builder, body);
      if (builder.isEmpty() && size > link.maxFrameBytes() - FRAME_OVERHEAD) {
        throw Errors.toException(
            ErrorCode.TOO_LARGE,
            "a message of " + size + " bytes; the server takes at most " + link.maxFrameBytes());
      }
      int before = builder.sizeInBytes();
      encoder.append(builder, sidecar, timestampMs, body);
      tickets.add(ticket);
      openPersistent = persistent;
      outstandingBytes += builder.sizeInBytes() - before;
      pump();
    } finally {
      lock.unlock();
    }
  }

  private void awaitRoom(long deadlineNanos) throws JMSException {
    try {
      while (failure == null && outstandingBytes >= maxOutstandingBytes) {
        if (deadlineNanos == 0) {
          progress.await();
        } else if (progress.awaitNanos(deadlineNanos - ClientTime.nanos()) <= 0) {
          throw Errors.timedOut("waiting for earlier messages to be confirmed");
        }
      }
    } catch (InterruptedException interrupt) {
      throw Errors.interrupted("waiting for earlier messages to be confirmed");
    }
    if (failure != null) {
      throw Errors.again(failure);
    }
  }

  /** Waits until nothing is unconfirmed. */
  public void flush(long deadlineNanos) throws JMSException {
    lock.lock();
    try {
      while (failure == null && !isIdle()) {
        if (deadlineNanos == 0) {
          progress.await();
        } else if (progress.awaitNanos(deadlineNanos - ClientTime.nanos()) <= 0) {
          throw Errors.timedOut("waiting for sent messages to be confirmed");
        }
      }
    } catch (InterruptedException interrupt) {
      throw Errors.interrupted("waiting for sent messages to be confirmed");
    } finally {
      lock.unlock();
    }
  }

  /** True if nothing is unconfirmed. */
  public boolean isConfirmed() {
    lock.lock();
    try {
      return failure != null || isIdle();
    } finally {
      lock.unlock();
    }
  }

  /** True if the server has everything that was ever to be sent. */
  boolean hasSentAll() {
    lock.lock();
    try {
      return failure == null && isIdle();
    } finally {
      lock.unlock();
    }
  }

  private boolean isIdle() {
    return inFlight.isEmpty() && sealed.isEmpty() && builder.isEmpty();
  }

  private void seal() {
    int count = builder.recordCount();
    ByteBuffer bytes = builder.take();
    SendBatch batch = new SendBatch(this, bytes, sidecar.build(), openPersistent, tickets);
    batch.stamp(producer, nextSequence);
    nextSequence = Sequences.plus(nextSequence, count);
    tickets = new ArrayList<>(Math.max(1, count));
    builder = new BatchBuilder(Math.max(FIRST_BYTES, Math.min(bytes.remaining(), maxBatchBytes)));
    sealed.add(batch);
  }

  private void pump() {
    int most = established ? MAX_IN_FLIGHT : 1;
    while (!repairing && hasProducer && inFlight.size() < most) {
      if (sealed.isEmpty() && !builder.isEmpty()) {
        seal();
      }
      SendBatch next = sealed.poll();
      if (next == null) {
        return;
      }
      next.answered = false;
      next.refusedBy = null;
      inFlight.add(next);
      link.submit(next);
    }
  }

  /** I/O thread. */
  void onSent(SendBatch batch) {
    List<SendBatch> failed = List.of();
    lock.lock();
    try {
      inFlight.remove(batch);
      established = true;
      retryMs = FIRST_RETRY_MS;
      outstandingBytes -= batch.sizeInBytes();
      if (repairing) {
        failed = repair();
      } else {
        pump();
      }
      progress.signalAll();
    } finally {
      lock.unlock();
    }
    failTickets(failed);
  }

  private static void failTickets(List<SendBatch> failed) {
    for (SendBatch batch : failed) {
      JMSException reason = batch.refusedBy;
      if (reason != null) {
        batch.failTickets(reason);
      }
    }
  }

  /** I/O thread. */
  void onRefused(SendBatch batch, ErrorCode code, String message) {
    List<SendBatch> failed;
    lock.lock();
    try {
      batch.answered = true;
      boolean consequence = code == ErrorCode.SEQUENCE && repairing;
      if (!code.isRetriable() && !consequence) {
        batch.refusedBy = Errors.toException(code, message);
      } else if (code.isRetriable()) {
        LOG.log(
            retryMs >= MAX_RETRY_MS ? Level.WARNING : Level.DEBUG,
            "{0} does not take messages for now: {1}",
            destination.name(),
            message);
      }
      if (code == ErrorCode.SEQUENCE && !consequence) {
        renewProducer();
      }
      repairing = true;
      failed = repair();
    } finally {
      lock.unlock();
    }
    failTickets(failed);
  }

  /** Once everything in flight is answered: sorts out what failed, and sends the rest again. */
  private List<SendBatch> repair() {
    for (SendBatch batch : inFlight) {
      if (!batch.answered) {
        return List.of();
      }
    }
    List<SendBatch> failed = new ArrayList<>();
    boolean retry = false;
    int sequence = inFlight.isEmpty() ? -1 : inFlight.peek().baseSequence;
    for (SendBatch batch : inFlight) {
      if (batch.refusedBy != null) {
        failed.add(batch);
        outstandingBytes -= batch.sizeInBytes();
      } else {
        retry = true;
      }
    }
    inFlight.removeAll(failed);
    for (Iterator<SendBatch> last = inFlight.descendingIterator(); last.hasNext(); ) {
      sealed.addFirst(last.next());
    }
    inFlight.clear();
    if (restarting) {
      restarting = false;
      renumber(0);
    } else if (sequence >= 0) {
      renumber(sequence);
    }
    if (failed.isEmpty() && retry) {
      link.schedule(retryMs, this::goOn);
      retryMs = Math.min(2 * retryMs, MAX_RETRY_MS);
    } else {
      repairing = false;
      pump();
    }
    progress.signalAll();
    return failed;
  }

  private void renumber(int firstSequence) {
    int sequence = firstSequence;
    for (SendBatch batch : sealed) {
      batch.stamp(producer, sequence);
      sequence = Sequences.plus(sequence, batch.recordCount);
    }
    nextSequence = sequence;
  }

  private void goOn() {
    lock.lock();
    try {
      repairing = false;
      pump();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The log and this producer disagree on the sequence, which no repetition mends: go on under a
   * new id.
   */
  private void renewProducer() {
    hasProducer = false;
    link.submit(
        new Call() {
          @Override
          protected Request frame(int requestId) {
            return new ProducerId(requestId);
          }

          @Override
          protected void onAnswer(Answer answer) {
            if (answer instanceof ProducerInfo info) {
              link.producerIds().add(info);
              onProducer(info);
            } else {
              SendPipeline.this.onLinkFailed(new JMSException("no producer id: " + answer));
            }
          }

          @Override
          protected void onError(ErrorCode code, String message) {
            if (code.isRetriable()) {
              link.schedule(MAX_RETRY_MS, () -> link.submit(this));
            } else {
              SendPipeline.this.onLinkFailed(Errors.toException(code, message));
            }
          }

          @Override
          protected void onLinkFailed(JMSException reason) {
            SendPipeline.this.onLinkFailed(reason);
          }
        });
  }

  private void onProducer(ProducerInfo info) {
    lock.lock();
    try {
      producer = info;
      hasProducer = true;
      established = false;
      if (inFlight.isEmpty()) {
        renumber(0);
        pump();
      } else {
        restarting = true;
      }
    } finally {
      lock.unlock();
    }
  }

  /** The link has ended, or this pipeline cannot go on: everything unconfirmed fails. */
  void onLinkFailed(JMSException reason) {
    List<SendBatch> batches;
    List<SendTicket> unsealed;
    lock.lock();
    try {
      if (failure != null) {
        return;
      }
      failure = reason;
      batches = new ArrayList<>(inFlight);
      batches.addAll(sealed);
      inFlight.clear();
      sealed.clear();
      unsealed = tickets;
      tickets = new ArrayList<>();
      builder.reset();
      progress.signalAll();
    } finally {
      lock.unlock();
    }
    for (SendBatch batch : batches) {
      batch.failTickets(reason);
    }
    for (SendTicket ticket : unsealed) {
      ticket.onFailed(reason);
    }
  }
}
