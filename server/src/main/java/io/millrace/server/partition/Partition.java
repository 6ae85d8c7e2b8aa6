package io.millrace.server.partition;

import io.millrace.kernel.Failures;
import io.millrace.log.AppendOptions;
import io.millrace.log.AppendResult;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogFencedException;
import io.millrace.log.LogId;
import io.millrace.log.LogListener;
import io.millrace.log.StoreException;
import io.millrace.log.StoreFailedException;
import io.millrace.server.shard.ParkedReplies;
import io.millrace.server.shard.Reply;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a topic: its log, and the replies that wait for it.
 *
 * <pre>
 *   OPENING ──► OPEN ──► FAILED ──► OPENING (after a pause)
 *      └──────────┴─────────┴─────► CLOSED
 * </pre>
 *
 * <p>What is asked while the log opens waits; while it has failed it is refused. The shard's
 * thread.
 */
public final class Partition {

  /** What a partition can do now. */
  public enum State {
    OPENING,
    OPEN,
    FAILED,
    CLOSED
  }

  private record Waiting(Runnable run, Consumer<RuntimeException> fail) {}

  private final LogId id;
  private final PartitionContext context;
  private final List<PartitionListener> listeners = new ArrayList<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private State state = State.OPENING;
  private boolean wasOpen;
  private LogConfig logConfig;
  private boolean logAppendTime;

  /** Counts openings, so that late events of an earlier one are ignored. */
  private int opening;

  private @Nullable CompletionStage<Log> pendingOpen;
  private @Nullable Log log;
  private @Nullable PartitionView view;
  private ParkedReplies parked = new ParkedReplies(0);

  Partition(LogId id, PartitionContext context, LogConfig logConfig, boolean logAppendTime) {
    this.id = id;
    this.context = context;
    this.logConfig = logConfig;
    this.logAppendTime = logAppendTime;
  }

  public LogId id() {
    return id;
  }

  public State state() {
    return state;
  }

  /**
   * What readers see.
   *
   * @throws PartitionUnavailableException unless the partition is open
   */
  public PartitionView view() {
    PartitionView open = view;
    if (open == null) {
      throw unavailable();
    }
    return open;
  }

  /** Tells {@code listener} of what happens from now on. */
  public void addListener(PartitionListener listener) {
    listeners.add(listener);
  }

  public void removeListener(PartitionListener listener) {
    listeners.remove(listener);
  }

  /**
   * Appends batches and answers when they are durable. The buffer belongs to the log from now on.
   * Fails as {@link Log#append} does, with {@link BusyException}, or with {@link
   * PartitionUnavailableException}.
   */
  public void append(ByteBuffer batches, AppendOptions options, Reply<AppendResult> reply) {
    Log open = log;
    if (open == null) {
      whenOpen(opened -> append(batches, options, reply), reply::fail);
      return;
    }
    if (parked.size() >= context.config().maxAppendsInFlight()) {
      reply.fail(new BusyException("too many appends to partition " + id + " wait to be durable"));
      return;
    }
    int bytes = batches.remaining();
    AppendResult result;
    try {
      result = open.append(batches, inTime(options));
    } catch (LogFencedException | StoreFailedException e) {
      reply.fail(new PartitionUnavailableException("partition " + id + " has failed", false, e));
      failed(opening, e);
      return;
    } catch (StoreException e) {
      reply.fail(e);
      return;
    }
    if (!result.duplicate()) {
      view().counters().appended(result.nextOffset() - result.baseOffset(), bytes);
    }
    parked.park(result.nextOffset(), reply, result);
    if (open.durableOffset() >= result.nextOffset()) {
      // Nothing had to be waited for, so that nobody else may tell.
      advance(open);
    }
  }

  private AppendOptions inTime(AppendOptions options) {
    return logAppendTime
        ? new AppendOptions(
            options.leaderEpoch(),
            context.clock().wallMs(),
            options.critical(),
            options.checkSequence())
        : options;
  }

  /** Runs {@code action} once the partition is open: now, if it is. */
  public void whenOpen(Consumer<Partition> action, Consumer<RuntimeException> fail) {
    switch (state) {
      case OPEN -> action.accept(this);
      case OPENING -> {
        if (waiting.size() >= context.config().maxAppendsInFlight()) {
          fail.accept(new BusyException("too much waits for partition " + id + " to open"));
        } else {
          waiting.add(new Waiting(() -> action.accept(this), fail));
        }
      }
      case FAILED, CLOSED -> fail.accept(unavailable());
    }
  }

  // ---- for Partitions

  void open() {
    state = State.OPENING;
    int thisOpening = ++opening;
    AtomicBoolean told = new AtomicBoolean();
    LogListener listener =
        new LogListener() {
          @Override
          public void onDurable(long durableOffset) {
            // One message to the shard stands for all commits until it has been read.
            if (told.compareAndSet(false, true)) {
              context.event(
                  () -> {
                    told.set(false);
                    durable(thisOpening);
                  });
            }
          }

          @Override
          public void onFailed(StoreException cause) {
            context.event(() -> failed(thisOpening, cause));
          }
        };
    CompletionStage<Log> stage = context.store().open(id, logConfig, listener);
    pendingOpen = stage;
    stage.whenComplete((opened, e) -> context.event(() -> opened(thisOpening, opened, e)));
  }

  private void opened(int thisOpening, @Nullable Log opened, @Nullable Throwable error) {
    if (thisOpening != opening || state != State.OPENING) {
      if (opened != null) {
        opened.close();
      }
      return;
    }
    if (opened == null) {
      failed(
          thisOpening, error == null ? new IllegalStateException("no log and no reason") : error);
      return;
    }
    PartitionView fresh = new PartitionView(opened, context.config().maxWaiters());
    if (!opened.config().equals(logConfig)) {
      // Changed while the log was being opened.
      opened.configure(logConfig);
    }
    log = opened;
    view = fresh;
    parked = new ParkedReplies(opened.durableOffset());
    state = State.OPEN;
    context.directory().put(fresh);
    if (wasOpen) {
      listeners.forEach(listener -> listener.onReopened(fresh));
    }
    wasOpen = true;
    Waiting next;
    while (state == State.OPEN && (next = waiting.poll()) != null) {
      next.run.run();
    }
  }

  private void durable(int thisOpening) {
    Log open = log;
    if (thisOpening == opening && open != null) {
      advance(open);
    }
  }

  private void advance(Log open) {
    long stable = open.stableOffset();
    long durable = open.durableOffset();
    parked.onDurable(durable);
    PartitionView readers = view;
    if (readers != null) {
      readers.advanced(durable, stable);
    }
    for (int i = 0; i < listeners.size(); i++) {
      listeners.get(i).onAdvance(stable);
    }
  }

  /** The topic's settings or what holds its records have changed. */
  void configure(LogConfig config, boolean appendTime) {
    logAppendTime = appendTime;
    if (!config.equals(logConfig)) {
      logConfig = config;
      if (log != null) {
        log.configure(config);
      }
    }
  }

  private void failed(int thisOpening, Throwable cause) {
    if (thisOpening != opening || state == State.FAILED || state == State.CLOSED) {
      return;
    }
    Failures.report(
        "partition " + id + " (opened again in " + context.config().reopenDelayMs() + " ms)",
        cause);
    release(
        State.FAILED,
        new PartitionUnavailableException("the log of partition " + id + " failed", true, cause));
    listeners.forEach(PartitionListener::onUnavailable);
    context.timers().after(context.config().reopenDelayMs(), this::reopen);
  }

  private void reopen() {
    if (state == State.FAILED) {
      open();
    }
  }

  /** Gives the log back; what waits fails. */
  void close(RuntimeException reason) {
    if (state != State.CLOSED) {
      release(State.CLOSED, reason);
    }
  }

  /** Closes, tells the listeners, and deletes the log for good. */
  void delete(RuntimeException reason) {
    CompletionStage<Log> open = pendingOpen;
    close(reason);
    listeners.forEach(PartitionListener::onDeleted);
    listeners.clear();
    Runnable delete =
        () ->
            context
                .store()
                .delete(id)
                .whenComplete(
                    (done, e) -> {
                      if (e != null) {
                        Failures.report("deleting the log of partition " + id, e);
                      }
                    });
    if (open == null) {
      delete.run();
    } else {
      // An opening under way must not bring the log back.
      open.whenComplete((opened, e) -> delete.run());
    }
  }

  private void release(State next, RuntimeException reason) {
    state = next;
    opening++;
    Log old = log;
    PartitionView oldView = view;
    log = null;
    view = null;
    if (oldView != null) {
      context.directory().remove(oldView);
      oldView.close();
    }
    if (old != null) {
      old.close();
    }
    parked.failAll(reason);
    Waiting waiter;
    while ((waiter = waiting.poll()) != null) {
      waiter.fail.accept(reason);
    }
  }

  private PartitionUnavailableException unavailable() {
    return new PartitionUnavailableException(
        "partition " + id + " is " + state.name().toLowerCase(java.util.Locale.ROOT), false, null);
  }
}
