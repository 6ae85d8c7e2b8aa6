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

    Pending(Outcome outcome) {
      this.outcome = outcome;
    }
  }

  private final ServerLink link;
  private final int sessionId;
  private final int consumerId;
  private final ReentrantLock lock;
  private final OffsetRanges held;
  private final Condition progress;
  private final Deque<Pending> waiting = new ArrayDeque<>();
  private @Nullable Pending inFlight;
  private @Nullable JMSException failure;

  /**
   * A queue.
   *
   * @param lock the consumer's
   * @param held the consumer's unsettled messages, from which confirmed ones are taken out
   */
  AckQueue(ServerLink link, int sessionId, int consumerId, ReentrantLock lock, OffsetRanges held) {
    this.link = link;
    this.sessionId = sessionId;
    this.consumerId = consumerId;
    this.lock = lock;
    this.held = held;
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
    if (next != null) {
      inFlight = next;
      link.submit(new AckCall(next, next.ranges.toList()));
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
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void onRefused(Pending refused, ErrorCode code, String message) {
    if (code.isRetriable()) {
      link.schedule(RETRY_MS, () -> link.submit(new AckCall(refused, refused.ranges.toList())));
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
    private final List<OffsetRange> ranges;

    AckCall(Pending pending, List<OffsetRange> ranges) {
      this.pending = pending;
      this.ranges = ranges;
    }

    @Override
    protected Request frame(int requestId) {
      return new Ack(requestId, sessionId, 0, consumerId, pending.outcome, ranges);
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
