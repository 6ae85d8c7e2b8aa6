package io.millrace.server.shard;

import io.millrace.kernel.Clock;
import io.millrace.kernel.Failures;
import io.millrace.kernel.Mailbox;
import io.millrace.kernel.Timers;
import io.millrace.kernel.TimingWheel;
import io.millrace.log.AppendOptions;
import io.millrace.log.AppendResult;
import io.millrace.log.Log;
import io.millrace.log.LogListener;
import io.millrace.log.Store;
import io.millrace.log.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shard: its state, its state log, and the replies that wait for it.
 *
 * <pre>
 *   OPENING ──► RECOVERING ──► RUNNING ──► CLOSED
 *      ▲             │            │
 *      └── FAILED ◄──┴────────────┘     (after a pause, opened and replayed anew)
 * </pre>
 *
 * <p>Requests wait while the shard opens and recovers, and are refused while it has failed. {@link
 * #submit}, {@link #run} and {@link #phase} may be called from any thread; everything else belongs
 * to the shard's thread.
 */
public final class Shard<S extends ShardState> {
  private static final Logger LOG = LoggerFactory.getLogger(Shard.class);

  /** How long a record may wait for others to be appended with. */
  private static final long LAZY_MS = 50;

  /** What a shard can do now. */
  public enum Phase {
    OPENING,
    RECOVERING,
    RUNNING,
    FAILED,
    CLOSED
  }

  private final int id;
  private final ShardConfig config;
  private final Clock clock;
  private final Store store;
  private final StateLogFormat format = new StateLogFormat();
  private final Function<Shard<S>, S> stateFactory;
  private final Executor blocking;
  private final TimingWheel timers;
  private final Mailbox events = new Mailbox();
  private final Mailbox requests = new Mailbox();
  private volatile Runnable wakeUp = () -> {};
  private volatile Phase phase = Phase.OPENING;

  /** Counts openings, so that late events of an earlier one are ignored. */
  private int opening;

  private @Nullable S state;
  private @Nullable Log log;
  private ParkedReplies parked = new ParkedReplies(0);
  private final StateBuffer buffer = new StateBuffer();

  /** Whether something in the buffer is to be appended as soon as may be. */
  private boolean pressing;

  private Timers.@Nullable Timer lazyTimer;
  private final List<Parking> awaitingAppend = new ArrayList<>();
  private final Map<Integer, StateMachine> machineOf = new HashMap<>();
  private final StateLogSweep sweep;

  private record Parking(Runnable park, Consumer<RuntimeException> fail) {}

  /**
   * A shard that opens when it takes its first {@link #turn}.
   *
   * @param stateFactory makes the empty state, into which the log is replayed
   * @param blocking where reads of the state log that wait for a disk run
   */
  public Shard(
      int id,
      ShardConfig config,
      Clock clock,
      Store store,
      Executor blocking,
      Function<Shard<S>, S> stateFactory) {
    this(id, config, clock, store, blocking, stateFactory, CompletableFuture.completedFuture(null));
  }

  /**
   * A shard that opens after something else is done; requests wait until then.
   *
   * @param opensAfter the shard opens whether this completes well or not
   */
  public Shard(
      int id,
      ShardConfig config,
      Clock clock,
      Store store,
      Executor blocking,
      Function<Shard<S>, S> stateFactory,
      CompletionStage<Void> opensAfter) {
    this.id = id;
    this.config = config;
    this.clock = clock;
    this.store = store;
    this.blocking = blocking;
    this.stateFactory = stateFactory;
    this.timers = new TimingWheel(clock);
    this.sweep = new StateLogSweep(config);
    opensAfter.whenComplete((done, e) -> event(this::open));
  }

  public int id() {
    return id;
  }

  public Phase phase() {
    return phase;
  }

  public Clock clock() {
    return clock;
  }

  /** Timers whose work runs on this shard's thread, in every phase until it is closed. */
  public Timers timers() {
    return timers;
  }

  /** How many requests wait, approximately. Any thread. */
  public int backlog() {
    return requests.size();
  }

  /** Says how the thread that takes this shard's turns is woken. */
  public void onWork(Runnable signal) {
    wakeUp = signal;
  }

  // ---- from any thread

  /** Decides, records and answers when durable. Any thread. */
  public <R> void submit(Function<S, Decision<R>> handler, Reply<R> reply) {
    handle(current -> decide(() -> handler.apply(current), reply), reply);
  }

  /**
   * Runs a handler that sees to its own reply, as appending to a partition does. What it throws
   * goes to the reply. Any thread.
   */
  public <R> void handle(Consumer<S> handler, Reply<R> reply) {
    requests.put(
        () -> {
          S current = state;
          if (phase != Phase.RUNNING || current == null) {
            reply.fail(unavailable());
            return;
          }
          try {
            handler.accept(current);
          } catch (RuntimeException e) {
            reply.fail(e);
          }
          appendIfLarge();
        });
    wakeUp.run();
  }

  /** Tells the state something; dropped when the shard is not running. Any thread. */
  public void run(Consumer<S> event) {
    requests.put(
        () -> {
          S current = state;
          if (phase == Phase.RUNNING && current != null) {
            event.accept(current);
            appendIfLarge();
          }
        });
    wakeUp.run();
  }

  // ---- for state machines, on the shard's thread

  /** Replays what is decided, and answers when it is durable. */
  public <R> void decide(Supplier<Decision<R>> handler, Reply<R> reply) {
    Decision<R> decision;
    try {
      decision = handler.get();
    } catch (RuntimeException e) {
      reply.fail(e);
      return;
    }
    for (StateRecord record : decision.records()) {
      record(record);
    }
    whenDurable(reply, decision.response());
  }

  /** Replays a record and keeps it; what rests on it waits for {@link #whenDurable}. */
  public void record(StateRecord record) {
    recordNow(record);
    pressing = true;
  }

  /**
   * As {@link #record}, for what nobody waits for and a crash may forget: it is appended with what
   * comes next, or alone after a while, and so costs no sync of its own.
   */
  public void recordLazily(StateRecord record) {
    recordNow(record);
    if (!pressing && lazyTimer == null) {
      lazyTimer = timers.after(LAZY_MS, () -> pressing = true);
    }
  }

  private void recordNow(StateRecord record) {
    machine(record.type().id()).replay(record);
    buffer.add(record);
  }

  /** Answers when everything recorded so far is durable: now, if it is. */
  public <R> void whenDurable(Reply<R> reply, R response) {
    if (buffer.isEmpty()) {
      parked.park(log().endOffset(), reply, response);
    } else {
      pressing = true;
      awaitingAppend.add(
          new Parking(() -> parked.park(log().endOffset(), reply, response), reply::fail));
    }
  }

  /** The state machines of this shard; only while it is running. */
  public S state() {
    S current = state;
    if (current == null) {
      throw unavailable();
    }
    return current;
  }

  /**
   * Brings an event to this shard's thread, whatever the phase; for answers of the store. Any
   * thread.
   */
  public void event(Runnable event) {
    events.put(
        () -> {
          event.run();
          appendIfLarge();
        });
    wakeUp.run();
  }

  // ---- the turn

  /** Does what is ready. Returns how much that was. */
  public int turn() {
    if (phase == Phase.CLOSED) {
      return requests.drain(name(), config.requestsPerTurn());
    }
    int done = events.drain(name(), Integer.MAX_VALUE);
    done += timers.advance(config.requestsPerTurn());
    if (phase == Phase.RUNNING || phase == Phase.FAILED) {
      done += requests.drain(name(), config.requestsPerTurn());
    }
    if (phase == Phase.RUNNING) {
      done += sweep.step(this::press);
      append();
    }
    return done;
  }

  /** When the next timer is due, as {@link Clock#nanoTime}. */
  public long nextDeadlineNs() {
    return phase == Phase.CLOSED ? Long.MAX_VALUE : timers.nextDeadlineNs();
  }

  /** Appends what is left and refuses everything from now on. */
  public void close() {
    if (phase == Phase.CLOSED) {
      return;
    }
    Log open = log;
    if (phase == Phase.RUNNING && open != null && !buffer.isEmpty()) {
      appendBuffer(open);
    }
    stop(Phase.CLOSED, new ShardUnavailableException("the server is shutting down", true, null));
    if (open != null) {
      open.close();
    }
    requests.drain(name(), Integer.MAX_VALUE);
  }

  // ---- opening and recovery

  private void open() {
    phase = Phase.OPENING;
    int thisOpening = ++opening;
    LogListener listener =
        new LogListener() {
          @Override
          public void onDurable(long durableOffset) {
            event(() -> durable(thisOpening, durableOffset));
          }

          @Override
          public void onFailed(StoreException cause) {
            event(() -> failed(thisOpening, cause));
          }
        };
    store
        .open(StateLogs.idOf(id), StateLogs.CONFIG, listener)
        .whenComplete((opened, e) -> event(() -> opened(thisOpening, opened, e)));
  }

  private void opened(int thisOpening, @Nullable Log opened, @Nullable Throwable error) {
    if (thisOpening != opening || phase != Phase.OPENING) {
      if (opened != null) {
        opened.close();
      }
      return;
    }
    if (opened == null) {
      failed(thisOpening, error);
      return;
    }
    log = opened;
    S fresh = stateFactory.apply(this);
    state = fresh;
    machineOf.clear();
    format.clear();
    for (StateMachine machine : fresh.machines()) {
      for (RecordType type : machine.recordTypes()) {
        format.register(type);
        machineOf.put(type.id(), machine);
      }
    }
    phase = Phase.RECOVERING;
    replayFrom(thisOpening, opened, opened.startOffset());
  }

  private void replayFrom(int thisOpening, Log from, long offset) {
    StateLogs.readChunk(from, offset, blocking)
        .whenComplete(
            (chunk, e) ->
                event(
                    () -> {
                      if (thisOpening != opening) {
                        return;
                      }
                      if (chunk == null) {
                        failed(thisOpening, e);
                        return;
                      }
                      try {
                        long next = format.read(chunk, offset, this::replay);
                        if (next == offset && next < from.endOffset()) {
                          throw new StateFormatException(
                              "the state log ends at "
                                  + from.endOffset()
                                  + " and has nothing at "
                                  + offset,
                              null);
                        }
                        if (next < from.endOffset()) {
                          replayFrom(thisOpening, from, next);
                        } else {
                          recovered(from);
                        }
                      } catch (RuntimeException damaged) {
                        failed(thisOpening, damaged);
                      }
                    }));
  }

  private void replay(StateRecord record) {
    machine(record.type().id()).replay(record);
  }

  private void recovered(Log from) {
    parked = new ParkedReplies(from.durableOffset());
    sweep.reset(from);
    phase = Phase.RUNNING;
    LOG.debug("shard {} runs; state log {}..{}", id, from.startOffset(), from.endOffset());
    for (StateMachine machine : state().machines()) {
      machine.onRecovered();
    }
  }

  // ---- appending

  private void append() {
    Log open = log();
    boolean commitInProgress = open.durableOffset() < open.endOffset();
    if (!pressing
        || (commitInProgress && buffer.size() < config.recordsInFlight() && !buffer.isLarge())) {
      return;
    }
    appendBuffer(open);
    if (phase == Phase.RUNNING && sweep.isDue()) {
      List<Aggregate> aggregates = new ArrayList<>();
      state().machines().forEach(machine -> aggregates.addAll(machine.aggregates()));
      sweep.begin(open, aggregates);
    }
  }

  /** A batch has its limit: what has become large does not wait for the rest of the turn. */
  private void appendIfLarge() {
    Log open = log;
    if (phase == Phase.RUNNING && open != null && buffer.isLarge()) {
      appendBuffer(open);
    }
  }

  /** Adds what was replayed before. */
  private void press(StateRecord record) {
    buffer.add(record);
    pressing = true;
  }

  private void appendBuffer(Log open) {
    try {
      java.nio.ByteBuffer batch = format.write(buffer.records(), clock.wallMs());
      sweep.appended(batch.remaining());
      AppendResult result = open.append(batch, AppendOptions.STATE);
      sweep.flushed(result.nextOffset());
    } catch (StoreException e) {
      failed(opening, e);
      return;
    }
    clearBuffer();
    for (Parking parking : awaitingAppend) {
      parking.park.run();
    }
    awaitingAppend.clear();
  }

  private void clearBuffer() {
    buffer.clear();
    pressing = false;
    Timers.Timer timer = lazyTimer;
    if (timer != null) {
      timer.cancel();
      lazyTimer = null;
    }
  }

  private void durable(int thisOpening, long durableOffset) {
    if (thisOpening == opening) {
      parked.onDurable(durableOffset);
      sweep.onDurable(durableOffset);
    }
  }

  // ---- failing and stopping

  private void failed(int thisOpening, @Nullable Throwable cause) {
    if (thisOpening != opening || phase == Phase.FAILED || phase == Phase.CLOSED) {
      return;
    }
    Failures.report(
        name() + " (opened again in " + config.reopenDelayMs() + " ms)",
        cause == null ? new IllegalStateException("no log and no reason") : cause);
    Log old = log;
    stop(
        Phase.FAILED,
        new ShardUnavailableException("the state log of shard " + id + " failed", true, cause));
    if (old != null) {
      old.close();
    }
    timers.after(config.reopenDelayMs(), this::open);
  }

  private void stop(Phase next, RuntimeException reason) {
    phase = next;
    opening++;
    S old = state;
    state = null;
    log = null;
    clearBuffer();
    parked.failAll(reason);
    awaitingAppend.forEach(parking -> parking.fail.accept(reason));
    awaitingAppend.clear();
    sweep.abandon();
    if (old != null) {
      old.machines().forEach(machine -> machine.onStopped(reason));
    }
  }

  private RuntimeException unavailable() {
    return new ShardUnavailableException(
        "shard " + id + " is " + phase.name().toLowerCase(java.util.Locale.ROOT), false, null);
  }

  private Log log() {
    Log open = log;
    if (open == null) {
      throw unavailable();
    }
    return open;
  }

  private StateMachine machine(int type) {
    StateMachine machine = machineOf.get(type);
    if (machine == null) {
      throw new StateFormatException("no state machine takes records of type " + type, null);
    }
    return machine;
  }

  private String name() {
    return "shard " + id;
  }
}
