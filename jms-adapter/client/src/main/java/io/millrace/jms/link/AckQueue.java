package io.millrace.jms.link;

import io.millrace.jms.runtime.ClientTime;
import io.millrace.jms.wire.Ack;
import io.millrace.jms.wire.Answer;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.OffsetRange;
import io.millrace.jms.wire.Outcome;
import io.millrace.jms.wire.Request;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The outcomes of one consumer on their way to the server: one frame in flight, everything that
 * comes meanwhile goes with the next one. Any thread may call; all state is guarded by the
 * consumer's lock.
 */
final class AckQueue {
  private static final Logger LOG = System.getLogger("io.millrace.jms");
  private static final long RETRY_MS = 100;

  private static final class Pending {
    final Outcome outcome;
    final OffsetRanges ranges = new OffsetRanges();

    /** What is sent when it goes out: written under the lock, read by whoever writes the frame. */
    volatile List<OffsetRange> toSend = List.of();

    Pending(Outcome outcome) {
      this.outcome = outcome;
    }

    boolean givesBack() {
      return outcome == Outcome.RELEASE || outcome == Outcome.RETURN;
    }
  }

  private final ServerLink link;
  private final int sessionId;
  private final int consumerId;
  private final ReentrantLock lock;
  private final OffsetRanges held;
  private final Runnable onConfirmed;
  private final Condition progress;
  private final Deque<Pending> waiting = new ArrayDeque<>();
  private @Nullable Pending inFlight;
  private @Nullable JMSException failure;

  /**
   * A queue.
   *
   * @param lock the consumer's
   * @param held the consumer's unsettled messages, from which confirmed ones are taken out
   * @param onConfirmed told that some were; under the lock
   */
  AckQueue(
      ServerLink link,
      int sessionId,
      int consumerId,
      ReentrantLock lock,
      OffsetRanges held,
      Runnable onConfirmed) {
    this.link = link;
    this.sessionId = sessionId;
    this.consumerId = consumerId;
    this.lock = lock;
    this.held = held;
    this.onConfirmed = onConfirmed;
    this.progress = lock.newCondition();
  }

  /** Notes an outcome without sending it yet. Under the lock. */
  void add(Outcome outcome, int partition, long offset) {
    last(outcome).add(partition, offset);
  }

  /** Notes outcomes without sending them yet. Under the lock. */
  void addAll(Outcome outcome, OffsetRanges ranges) {
    if (!ranges.isEmpty()) {
      last(outcome).addAll(ranges);
    }
  }

  private OffsetRanges last(Outcome outcome) {
    Pending last = waiting.peekLast();
    if (last == null || last.outcome != outcome) {
      last = new Pending(outcome);
      waiting.add(last);
    }
    return last.ranges;
  }

  /**
   * Sends what waits, unless a frame is in flight, which will be followed by the rest. Under the
   * lock.
   */
  void flush() {
    if (inFlight != null) {
      return;
    }
    Pending next = waiting.poll();
    while (next != null && next.ranges.isEmpty()) {
      next = waiting.poll();
    }
    if (next != null) {
      inFlight = next;
      next.toSend = next.ranges.toList();
      link.submit(new AckCall(next));
    }
  }

  /** True if the server has not confirmed yet that messages were given back. Under the lock. */
  boolean isGivingBack() {
    Pending sent = inFlight;
    if (sent != null && sent.givesBack()) {
      return true;
    }
    for (Pending pending : waiting) {
      if (pending.givesBack()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Notes that the server has taken messages back, whatever it still says of that: they came anew,
   * and giving them back is about the delivery before, which a later confirmation must not end and
   * a repetition behind a reconnect must not take away. Under the lock.
   */
  void onTakenBack(OffsetRanges messages) {
    for (Pending pending : waiting) {
      takenBack(pending, messages);
    }
    Pending sent = inFlight;
    if (sent != null) {
      takenBack(sent, messages);
    }
  }

  private void takenBack(Pending pending, OffsetRanges messages) {
    if (pending.givesBack()) {
      OffsetRanges both = pending.ranges.intersection(messages);
      if (!both.isEmpty()) {
        pending.ranges.removeAll(both);
        pending.toSend = pending.ranges.toList();
        held.removeAll(both);
      }
    }
  }

  /** True if the message was accepted and that is not confirmed yet. Under the lock. */
  boolean isAcceptedUnconfirmed(int partition, long offset) {
    Pending sent = inFlight;
    if (sent != null && sent.outcome == Outcome.ACCEPT && sent.ranges.contains(partition, offset)) {
      return true;
    }
    for (Pending pending : waiting) {
      if (pending.outcome == Outcome.ACCEPT && pending.ranges.contains(partition, offset)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Waits until everything noted so far is confirmed.
   *
   * @param deadlineNanos by {@link ClientTime#nanos}; 0 for no limit
   */
  void await(long deadlineNanos) throws JMSException {
    lock.lock();
    try {
      flush();
      while (inFlight != null && failure == null) {
        long left = deadlineNanos == 0 ? Long.MAX_VALUE : deadlineNanos - ClientTime.nanos();
        if (left <= 0) {
          throw Errors.timedOut("waiting for acknowledgements to be confirmed");
        }
        if (!progress.await(left, TimeUnit.NANOSECONDS)) {
          LOG.log(Level.DEBUG, "Acknowledgements of consumer {0} are late", consumerId);
        }
      }
      JMSException failed = failure;
      if (failed != null) {
        throw Errors.again(failed);
      }
    } catch (InterruptedException interrupt) {
      throw Errors.interrupted("waiting for acknowledgements to be confirmed");
    } finally {
      lock.unlock();
    }
  }

  private void onConfirmed(Pending done) {
    lock.lock();
    try {
      held.removeAll(done.ranges);
      inFlight = null;
      flush();
      onConfirmed.run();
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void onRefused(Pending refused, ErrorCode code, String message) {
    if (code.isRetriable()) {
      link.schedule(RETRY_MS, () -> link.submit(new AckCall(refused)));
      return;
    }
    LOG.log(
        Level.WARNING,
        "The server refused to {0} messages of consumer {1}: {2}",
        refused.outcome,
        consumerId,
        message);
    fail(Errors.toException(code, message));
  }

  private void fail(JMSException reason) {
    lock.lock();
    try {
      if (failure == null) {
        failure = reason;
      }
      inFlight = null;
      waiting.clear();
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private final class AckCall extends Call {
    private final Pending pending;

    AckCall(Pending pending) {
      this.pending = pending;
    }

    @Override
    protected Request frame(int requestId) {
      return new Ack(requestId, sessionId, 0, consumerId, pending.outcome, pending.toSend);
    }

    @Override
    protected void onAnswer(Answer answer) {
      onConfirmed(pending);
    }

    @Override
    protected void onError(ErrorCode code, String message) {
      onRefused(pending, code, message);
    }

    @Override
    protected void onLinkFailed(JMSException reason) {
      fail(reason);
    }
  }
}
