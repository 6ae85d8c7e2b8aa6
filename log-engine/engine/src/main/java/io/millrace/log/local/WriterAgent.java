package io.millrace.log.local;

import io.millrace.kernel.Agent;
import io.millrace.kernel.Clock;
import io.millrace.log.StoreHealth;
import io.millrace.log.file.NoSpaceException;
import io.millrace.log.local.segment.GatherBuffer;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.jctools.queues.MpscUnboundedArrayQueue;

/**
 * Moves durable batches from memory to the segments, late and much at a time: until then the
 * journal keeps them safe and the tail keeps them readable.
 */
final class WriterAgent implements Agent {
  private static final int CHUNK = 256;
  private static final int LOGS_PER_STEP = 64;
  private static final int STAGE_BYTES = 256 * 1024;
  private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long NEVER = Long.MAX_VALUE;

  private final Clock clock;
  private final long behindBytes;
  private final long behindNs;
  private final StoreStats stats;
  private final SpaceWatch space;
  private final TailBudget budget;
  private final StoreEvents events;
  private final GatherBuffer gather = new GatherBuffer(STAGE_BYTES);
  private final MpscUnboundedArrayQueue<LogCore> queue = new MpscUnboundedArrayQueue<>(CHUNK);
  private volatile long dueNs = NEVER;
  private volatile Runnable signal = () -> {};
  private final Runnable evict;
  private boolean closing;

  /**
   * @param evict wakes the journal's agent, which evicts what was written from memory
   */
  WriterAgent(
      LocalStoreConfig config,
      Clock clock,
      StoreStats stats,
      SpaceWatch space,
      TailBudget budget,
      StoreEvents events,
      Runnable evict) {
    this.clock = clock;
    this.behindBytes = config.writeBehindBytes();
    this.behindNs = TimeUnit.MILLISECONDS.toNanos(config.writeBehindMs());
    this.stats = stats;
    this.space = space;
    this.budget = budget;
    this.events = events;
    this.evict = evict;
  }

  /** Sets what wakes this agent. */
  void onPut(Runnable wake) {
    signal = wake;
  }

  @Override
  public String name() {
    return "millrace-writer";
  }

  /** A log has something to write. Any thread. Wakes this agent only when it is worth it. */
  void put(LogCore log) {
    if (log.queueForWriting()) {
      queue.offer(log);
      // A queue that grows publishes what was offered with less than a volatile write: this thread
      // could look for a rest that has begun before the resting one can see that there is
      // something.
      VarHandle.fullFence();
      if (dueNs == NEVER) {
        dueNs = clock.nanoTime() + behindNs;
        signal.run();
        return;
      }
    }
    if (stats.unwrittenBytes() >= behindBytes) {
      signal.run();
    }
  }

  @Override
  public int doWork() {
    if (queue.isEmpty()) {
      rest();
    }
    if (queue.isEmpty() || !isDue()) {
      return 0;
    }
    int done = 0;
    LogCore log;
    while (done < LOGS_PER_STEP && (log = queue.poll()) != null) {
      log.unqueuedForWriting();
      if (!write(log)) {
        return done;
      }
      done++;
    }
    if (queue.isEmpty()) {
      rest();
    }
    if (budget.isExceeded()) {
      evict.run();
    }
    return done;
  }

  /** Nothing is due any more, unless something was put at this very moment. */
  private void rest() {
    dueNs = NEVER;
    if (!queue.isEmpty()) {
      dueNs = clock.nanoTime() + behindNs;
    }
  }

  private boolean isDue() {
    long due = dueNs;
    return closing
        || (due != NEVER && clock.nanoTime() - due >= 0)
        || (space.health() == StoreHealth.OK
            && (stats.unwrittenBytes() >= behindBytes || budget.isExceeded()));
  }

  /** Returns false when there is no space: later again. */
  private boolean write(LogCore log) {
    try {
      log.write(gather);
    } catch (NoSpaceException e) {
      space.onNoSpace(e);
      dueNs = clock.nanoTime() + RETRY_NS;
      if (log.queueForWriting()) {
        queue.offer(log);
      }
      return false;
    } catch (IOException | RuntimeException e) {
      events.failed(space.onFailure("writing a segment of log " + log.id(), e));
    }
    return true;
  }

  @Override
  public long nextDeadlineNs() {
    return dueNs;
  }

  @Override
  public void onClose() {
    closing = true;
    while (doWork() > 0) {
      // Goes on until everything is written, or there is no space: the journal still has it.
    }
  }
}
