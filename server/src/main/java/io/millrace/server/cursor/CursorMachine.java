package io.millrace.server.cursor;

import io.millrace.log.LogId;
import io.millrace.server.shard.Aggregate;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import io.millrace.server.shard.StateMachine;
import io.millrace.server.shard.StateRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The cursor parts of one shard, each over one of its partitions. The shard's thread. */
public final class CursorMachine implements StateMachine {
  private final Shard<?> shard;
  private final CursorConfig config;
  private final CursorLogs logs;
  private final DeadLetters deadLetters;
  private final WindowMemory memory;
  private final LostConsumers lost;
  private final Map<CursorKey, CursorPart> parts = new HashMap<>();
  private final Map<CursorKey, Runnable> holds = new HashMap<>();
  private final Map<ConsumerKey, Map<LogId, PrivateReader>> readers = new HashMap<>();

  public CursorMachine(
      Shard<?> shard, CursorConfig config, CursorLogs logs, DeadLetters deadLetters) {
    this.shard = shard;
    this.config = config;
    this.memory = new WindowMemory(config.memoryBytes());
    this.logs = logs;
    this.lost = new LostConsumers(shard, logs);
    this.deadLetters = deadLetters;
  }

  // ---- parts

  /**
   * Sees to it that a part exists. Does not wait for the disk: whatever is asked of the part next
   * is answered when it is durable, and then the part is so too.
   *
   * @param recorded whether it outlives the process; of no account when it exists
   */
  @SuppressWarnings("NullAway") // A reply of Void can only be null.
  public void ensure(CursorKey key, CursorStart start, boolean recorded, Reply<Void> reply) {
    if (!logs.exists(key.log())) {
      reply.fail(new CursorClosedException("the destination was deleted"));
      return;
    }
    if (parts.containsKey(key)) {
      reply.ok(null);
    } else if (start == CursorStart.BEGINNING) {
      create(key, 0, recorded);
      reply.ok(null);
    } else {
      logs.findEnd(
          key.log(),
          end -> {
            if (!parts.containsKey(key)) {
              create(key, end, recorded);
            }
            reply.ok(null);
          },
          reply::fail);
    }
  }

  /**
   * Sees to it that a part exists; a new one begins at an offset, and one that was there stays
   * where it is. Answers when that is durable.
   *
   * @param recorded whether a new one outlives the process
   */
  public void ensureAt(CursorKey key, long floor, boolean recorded, Reply<Void> reply) {
    if (!logs.exists(key.log())) {
      reply.fail(new CursorClosedException("the destination was deleted"));
      return;
    }
    if (!parts.containsKey(key)) {
      create(key, floor, recorded);
    }
    done(reply);
  }

  private void create(CursorKey key, long floor, boolean recorded) {
    if (recorded) {
      shard.record(new CursorCreated(key, floor));
      hold(key);
    } else {
      parts.put(key, newPart(key, floor, false));
    }
  }

  private CursorPart newPart(CursorKey key, long floor, boolean recorded) {
    return new CursorPart(key, floor, recorded, shard, config, memory, logs, deadLetters, lost);
  }

  private void hold(CursorKey key) {
    if (key.isShare()) {
      // As with Kafka, retention takes what a share group has not read.
      return;
    }
    holds.put(
        key,
        logs.hold(
            key.log(),
            () -> {
              CursorPart part = parts.get(key);
              return part == null ? Long.MAX_VALUE : part.state().floor();
            }));
  }

  /** Ends a part. Answers when that is durable; one that does not exist is none. */
  public void remove(CursorKey key, Reply<Void> reply) {
    removeNow(key);
    done(reply);
  }

  private void removeNow(CursorKey key) {
    CursorPart part = parts.get(key);
    if (part == null) {
      return;
    }
    Runnable held = holds.remove(key);
    if (held != null) {
      held.run();
    }
    if (part.isRecorded()) {
      shard.record(new CursorRemoved(key));
    } else {
      parts.remove(key);
    }
    part.close(new CursorClosedException("the subscription or destination was deleted"));
  }

  /** A topic was deleted: its cursors and readers over this shard's partitions end. */
  public void removeTopic(UUID topicId) {
    for (CursorKey key : List.copyOf(parts.keySet())) {
      if (key.topicId().equals(topicId)) {
        holds.remove(key);
        removeNow(key);
      }
    }
  }

  @SuppressWarnings("NullAway") // A reply of Void can only be null.
  private void done(Reply<Void> reply) {
    shard.whenDurable(reply, null);
  }

  // ---- consumers; see CursorPart

  /**
   * A consumer begins at a part that exists, or comes back on another connection.
   *
   * @param held what it still holds
   * @param reply gets what of the held messages is settled or with someone else
   */
  public void attach(
      CursorKey key, CursorConsumer consumer, List<OffsetRun> held, Reply<List<OffsetRun>> reply) {
    part(key).attach(consumer, held, reply);
  }

  /** Delivers nothing more to a consumer; answers behind the last delivery. */
  public void stop(CursorKey key, ConsumerKey consumer, Reply<Void> reply) {
    part(key).stop(consumer, reply);
  }

  /**
   * Delivers nothing more to a consumer, which ends as soon as nothing is in flight to it. Answers
   * behind the last delivery with whether it has ended.
   */
  public void leave(CursorKey key, ConsumerKey consumer, Reply<Boolean> reply) {
    CursorPart part = parts.get(key);
    if (part == null) {
      reply.ok(true);
    } else {
      part.leave(consumer, reply);
    }
  }

  /** Answers behind every delivery made so far. */
  public void barrier(CursorKey key, Reply<Void> reply) {
    part(key).barrier(reply);
  }

  /** A consumer ends; what it still has is delivered again. */
  public void detach(CursorKey key, ConsumerKey consumer, Departure departure, Reply<Void> reply) {
    CursorPart part = parts.get(key);
    if (part == null) {
      done(reply);
    } else {
      part.detach(consumer, departure, reply);
    }
  }

  /** Answers when all that is there now and that credit allows has been delivered. */
  public void poll(CursorKey key, ConsumerKey consumer, Reply<Void> reply) {
    part(key).poll(consumer, reply);
  }

  /** Looks whether something can be delivered now, as after new credit. */
  public void wake(CursorKey key) {
    CursorPart part = parts.get(key);
    if (part != null) {
      part.dispatch();
    }
  }

  /** Says what became of messages; those that are not in flight to this consumer are ignored. */
  public void settle(
      CursorKey key,
      ConsumerKey consumer,
      Outcome outcome,
      List<OffsetRun> runs,
      Reply<Void> reply) {
    part(key).settle(consumer, outcome, runs, reply);
  }

  /** Puts a cursor to an offset; what is in flight stays so. */
  public void move(CursorKey key, long floor, Reply<Void> reply) {
    part(key).move(floor, reply);
  }

  private CursorPart part(CursorKey key) {
    CursorPart part = parts.get(key);
    if (part == null) {
      throw new CursorClosedException("the subscription or destination was deleted");
    }
    return part;
  }

  // ---- members of share groups

  /**
   * Gives a member what waits now; see {@link CursorPart#acquire}. Fails with {@link
   * CursorClosedException} where the group has no cursor.
   *
   * @param wake called once if nothing was given and it is worth while to ask again; quick, on the
   *     shard's thread
   */
  public void acquire(
      CursorKey key,
      ShareMember member,
      ShareAcquisition.Limits limits,
      Runnable wake,
      Reply<ShareAcquisition> reply) {
    CursorPart known = parts.get(key);
    if (known != null) {
      known.acquire(member, limits, wake, reply);
      return;
    }
    if (!logs.exists(key.log())) {
      reply.fail(new CursorClosedException("the destination was deleted"));
      return;
    }
    if (!key.isQueue()) {
      // Made before a member hears of the partition: whoever asks without is none.
      reply.fail(new CursorClosedException("the share group does not read this partition"));
      return;
    }
    create(key, 0, member.recorded());
    part(key).acquire(member, limits, wake, reply);
  }

  /**
   * A member says what became of records: of all, or of none when this fails with {@link
   * NotHeldException}.
   */
  public void acknowledge(
      CursorKey key, ConsumerKey member, List<ShareAck> acks, Reply<Void> reply) {
    CursorPart part = parts.get(key);
    if (part == null) {
      reply.fail(new NotHeldException("the group has not begun here"));
    } else {
      part.acknowledge(member, acks, reply);
    }
  }

  /** What a member was given did not reach it: it is given again as if it had never left. */
  public void giveBack(CursorKey key, ConsumerKey member, List<OffsetRun> runs) {
    CursorPart part = parts.get(key);
    if (part != null) {
      part.giveBack(member, runs);
    }
  }

  /** A member ends; what it holds is given to others. Answers when that is durable. */
  public void leaveShare(
      CursorKey key, ConsumerKey member, Departure departure, Reply<Void> reply) {
    CursorPart part = parts.get(key);
    if (part == null) {
      done(reply);
    } else {
      part.leaveShare(member, departure, reply);
    }
  }

  // ---- for transactions

  /**
   * Whether all of these are in flight to a consumer now.
   *
   * @param consumer null: whether all are on their way to the dead letters
   */
  public boolean holdsAll(CursorKey key, @Nullable ConsumerKey consumer, List<OffsetRun> runs) {
    CursorPart part = parts.get(key);
    return part != null && part.holdsAll(consumer, runs);
  }

  /** Whether all of these are settled, or the cursor is gone. */
  public boolean isSettled(CursorKey key, List<OffsetRun> runs) {
    CursorPart part = parts.get(key);
    return part == null
        || runs.stream()
            .allMatch(
                run -> {
                  for (long offset = run.first(); offset <= run.last(); offset++) {
                    if (!part.state().isSettled(offset)) {
                      return false;
                    }
                  }
                  return true;
                });
  }

  /**
   * Settles what a decided transaction consumed, whoever has it now. May be called again after a
   * restart.
   */
  public void settleDecided(CursorKey key, List<OffsetRun> runs, Reply<Void> reply) {
    CursorPart part = parts.get(key);
    if (part == null) {
      done(reply);
    } else {
      part.settleDecided(runs, reply);
    }
  }

  // ---- private readers

  /** A browser or a non-durable subscription begins to read a partition. */
  public void read(PrivateReader.Spec spec, CursorConsumer consumer, Reply<Long> reply) {
    Map<LogId, PrivateReader> own = readers.computeIfAbsent(consumer.key(), k -> new HashMap<>());
    PrivateReader before = own.remove(spec.log());
    if (before != null) {
      before.close();
    }
    CursorPart browsed = spec.browsed() == null ? null : parts.get(spec.browsed());
    PrivateReader reader =
        new PrivateReader(
            shard, config, logs, spec, consumer, browsed == null ? null : browsed::state);
    own.put(spec.log(), reader);
    reader.open(reply);
  }

  /** Lets a private reader end. */
  public void endRead(LogId log, ConsumerKey consumer) {
    Map<LogId, PrivateReader> own = readers.get(consumer);
    PrivateReader reader = own == null ? null : own.remove(log);
    if (own != null && own.isEmpty()) {
      readers.remove(consumer);
    }
    if (reader != null) {
      reader.close();
    }
  }

  /** As {@link #wake} and {@link #poll} for a private reader. */
  public @Nullable PrivateReader reader(LogId log, ConsumerKey consumer) {
    Map<LogId, PrivateReader> own = readers.get(consumer);
    return own == null ? null : own.get(log);
  }

  // ---- figures

  /** Figures of all parts here. */
  public List<CursorStats> stats() {
    List<CursorStats> all = new ArrayList<>();
    parts.values().forEach(part -> all.add(part.stats()));
    return all;
  }

  /** Figures of one part; null when there is none. */
  public @Nullable CursorStats stats(CursorKey key) {
    CursorPart part = parts.get(key);
    return part == null ? null : part.stats();
  }

  /** How many messages were read ahead and wait for credit. */
  public long waiting(CursorKey key) {
    CursorPart part = parts.get(key);
    return part == null ? 0 : part.backlog().waiting();
  }

  /** Which offsets below a limit are not settled; empty for a part that does not exist. */
  public List<OffsetRun> unsettled(CursorKey key, long limit) {
    CursorPart part = parts.get(key);
    return part == null ? List.of() : part.state().unsettledBelow(limit);
  }

  // ---- state

  @Override
  public List<RecordType> recordTypes() {
    return List.of(
        CursorCreated.TYPE,
        CursorSettled.TYPE,
        CursorCounted.TYPE,
        CursorSnapshot.TYPE,
        CursorRemoved.TYPE,
        CursorHolder.TYPE,
        CursorMoved.TYPE,
        CursorReached.TYPE);
  }

  @Override
  public void replay(StateRecord record) {
    CursorRecord ours = (CursorRecord) record;
    if (ours instanceof CursorRemoved) {
      parts.remove(ours.key());
      return;
    }
    if (ours instanceof CursorCreated created) {
      parts.put(ours.key(), newPart(ours.key(), created.floor(), true));
      return;
    }
    if (ours instanceof CursorSnapshot) {
      parts.computeIfAbsent(ours.key(), key -> newPart(key, 0, true)).replay(ours);
      return;
    }
    CursorPart part = parts.get(ours.key());
    if (part != null) {
      part.replay(ours);
    }
  }

  @Override
  public Collection<? extends Aggregate> aggregates() {
    return parts.values().stream().filter(CursorPart::isRecorded).toList();
  }

  @Override
  public void onRecovered() {
    for (CursorPart part : List.copyOf(parts.values())) {
      if (logs.exists(part.key().log())) {
        hold(part.key());
        part.onRecovered();
      } else {
        removeNow(part.key());
      }
    }
  }

  @Override
  public void onStopped(RuntimeException reason) {
    parts.values().forEach(part -> part.close(reason));
    readers.values().forEach(own -> own.values().forEach(reader -> reader.fail(reason)));
    parts.clear();
    readers.clear();
  }
}
