package io.millrace.server.cursor;

import io.millrace.log.Log;
import io.millrace.server.shard.Aggregate;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import io.millrace.server.shard.StateRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of a cursor that stands over one partition: who consumes, what is in flight to whom,
 * what became of it. The shard's thread.
 *
 * <pre>
 *            attach                 all holders back, or grace over
 *   IDLE ───────────────► WAITING ─────────────────────────────────► SERVING
 *    ▲                                                                  │
 *    └──────────── the last consumer left, nothing is in flight ────────┘
 * </pre>
 *
 * <p>An offset is in flight to one consumer at most.
 */
final class CursorPart implements Aggregate, CursorLogs.Listener, Backlog.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(CursorPart.class);

  /** Deliveries made before the shard looks at other work. */
  private static final int RUNS_PER_TURN = 1024;

  /** How long consumers leave a queue to members of a share group that wait for it, too. */
  private static final int YIELD_MS = 1;

  private final CursorKey key;
  private final Shard<?> shard;
  private final CursorConfig config;
  private final CursorLogs logs;
  private final boolean recorded;
  private final Backlog backlog;
  private final DeadLetterQueue dying;
  private final LostConsumers lost;
  private final ConsumerRing consumers = new ConsumerRing();
  private final RecoveryGrace grace;
  private final Polls polls = new Polls();
  private final CursorCounters counters = new CursorCounters();
  private final DeliveryReach reach = new DeliveryReach();
  private final Attempts attempts;
  private final ShareMembers shares;
  private CursorState state;
  private boolean listening;
  private boolean dispatching;

  /** Set while consumers leave members of a share group a moment to take their part. */
  private boolean yielding;

  private boolean live = true;

  /**
   * A part that knows nothing but its floor.
   *
   * @param recorded false for one that does not outlive the process
   */
  CursorPart(
      CursorKey key,
      long floor,
      boolean recorded,
      Shard<?> shard,
      CursorConfig config,
      WindowMemory memory,
      CursorLogs logs,
      DeadLetters deadLetters,
      LostConsumers lost) {
    this.key = key;
    this.shard = shard;
    this.config = config;
    this.logs = logs;
    this.recorded = recorded;
    this.lost = lost;
    this.state = new CursorState(floor);
    this.backlog = new Backlog(shard, logs.blocking(), config, memory, this);
    this.grace = new RecoveryGrace(shard.timers(), config.recoveryGraceMs());
    this.shares = new ShareMembers(shard, this::onLocksOver);
    this.attempts = new Attempts(reach, counters, this::maxAttempts);
    this.dying = new DeadLetterQueue(this, shard, config, deadLetters);
  }

  CursorKey key() {
    return key;
  }

  @Override
  public CursorState state() {
    return state;
  }

  Backlog backlog() {
    return backlog;
  }

  private int maxAttempts() {
    return key.isShare() ? shares.settings().maxAttempts() : logs.maxDeliveryAttempts(key.log());
  }

  /** Where a share group's dead letters go; null for a cursor of JMS consumers. */
  DeadLetters.@Nullable ShareTarget deadLetterTarget() {
    return key.isShare()
        ? new DeadLetters.ShareTarget(shares.groupId(), shares.settings().deadLetterTopic())
        : null;
  }

  // ---- durable state

  /** Changes the durable state, live and at start-up alike. */
  void replay(CursorRecord record) {
    if (record instanceof CursorSettled settled) {
      for (OffsetRun run : settled.runs()) {
        state.settle(run.first(), run.last());
      }
    } else if (record instanceof CursorCounted counted) {
      state.count(counted.runs());
    } else if (record instanceof CursorHolder holder) {
      state.hold(holder.consumer(), holder.present());
    } else if (record instanceof CursorMoved moved) {
      state.move(moved.floor());
    } else if (record instanceof CursorReached reached) {
      state.reach(reached.reach());
    } else if (record instanceof CursorSnapshot snapshot) {
      state = snapshot.restore();
    }
  }

  private void record(CursorRecord record) {
    if (recorded) {
      shard.record(record);
    } else {
      replay(record);
    }
  }

  /** For what does no harm when a crash forgets it. */
  private void recordLazily(CursorRecord record) {
    if (recorded) {
      shard.recordLazily(record);
    } else {
      replay(record);
    }
  }

  private void answer(Reply<Void> reply) {
    answer(reply, null);
  }

  @SuppressWarnings("NullAway") // A reply of Void can only be null.
  private <R> void answer(Reply<R> reply, @Nullable R response) {
    if (recorded) {
      shard.whenDurable(reply, response);
    } else {
      reply.ok(response);
    }
  }

  @Override
  public boolean live() {
    return live;
  }

  boolean isRecorded() {
    return recorded;
  }

  @Override
  public void snapshot(Consumer<StateRecord> out) {
    out.accept(CursorSnapshot.of(key, state));
  }

  /** The shard has recovered: those who held messages get a while to claim them. */
  void onRecovered() {
    grace.await(state.holders());
    reach.recovered(state.reach());
    if (state.reach() > 0 && !key.isShare()) {
      // Before producers are back; where it fails, the cursor's first consumer asks again.
      logs.findEnd(key.log(), reach::opened, error -> {});
    }
  }

  // ---- consumers come and go

  /**
   * A consumer begins, or comes back on another connection.
   *
   * @param held what it still holds; what was in flight to it beside that never reached it
   * @param reply gets what of the held messages is settled or with someone else
   */
  void attach(CursorConsumer consumer, List<OffsetRun> held, Reply<List<OffsetRun>> reply) {
    listen();
    whenOpen(() -> attachNow(consumer, held, reply), reply::fail);
  }

  private void listen() {
    if (live && !listening) {
      listening = true;
      backlog.reset(taken());
      logs.open(key.log(), this);
    }
  }

  private void attachNow(
      CursorConsumer consumer, List<OffsetRun> held, Reply<List<OffsetRun>> reply) {
    Attached attached = consumers.find(consumer.key());
    if (attached == null) {
      attached = consumers.add(consumer);
      if (!state.holders().contains(consumer.key())) {
        record(new CursorHolder(key, consumer.key(), true));
      }
    } else {
      attached.replace(consumer);
    }
    extendReach(state.floor());
    List<OffsetRun> lost = takeOver(attached, held);
    grace.onConsumer(consumer.key(), this::onMissing);
    if (key.isQueue()) {
      // It would begin at the same place after a crash, and gets nothing before the reach is
      // durable.
      reply.ok(lost);
    } else {
      answer(reply, lost);
    }
    dispatch();
  }

  private void onMissing(Set<ConsumerKey> missing) {
    missing.forEach(consumer -> record(new CursorHolder(key, consumer, false)));
    dispatch();
  }

  /** Makes what is in flight to a consumer exactly what it holds. Returns what it cannot have. */
  private List<OffsetRun> takeOver(Attached attached, List<OffsetRun> held) {
    OffsetSet claimed = new OffsetSet();
    List<OffsetRun> beyond = new ArrayList<>();
    long end = backlog.stableOffset();
    for (OffsetRun run : held) {
      if (run.first() < end) {
        claimed.add(run.first(), Math.min(run.last(), end - 1));
      }
      if (run.last() >= end) {
        // As it is: a set of what a client makes up could grow without bounds.
        beyond.add(new OffsetRun(Math.max(run.first(), end), run.last()));
      }
    }
    List<OffsetRun> inFlight = OffsetRun.of(attached.inFlight());
    OffsetSet neverArrived = new OffsetSet();
    neverArrived.add(attached.inFlight());
    claimed.forEachRun(neverArrived::remove);
    inFlight.forEach(run -> claimed.remove(run.first(), run.last()));
    OffsetSet lost = new OffsetSet();
    claimed.forEachRun(
        (first, last) -> {
          if (first < state.floor()) {
            lost.add(first, Math.min(last, state.floor() - 1));
          }
          state.settled().forEachRun(first, last, lost::add);
          for (Attached other : consumers) {
            if (other != attached) {
              other.inFlight().forEachRun(first, last, lost::add);
            }
          }
          shares.forEachHeld(first, last, lost::add);
          dying.offsets().forEachRun(first, last, lost::add);
        });
    lost.forEachRun(claimed::remove);
    claimed.forEachRun(
        (first, last) -> {
          backlog.take(first, last);
          attached.inFlight().add(first, last);
        });
    neverArrived.forEachRun(
        (first, last) -> {
          attached.inFlight().remove(first, last);
          backlog.release(first, last);
        });
    beyond.addAll(OffsetRun.of(lost));
    return beyond;
  }

  /** Delivers nothing more to a consumer; answers behind the last delivery. */
  void stop(ConsumerKey consumer, Reply<Void> reply) {
    Attached attached = consumers.find(consumer);
    if (attached != null) {
      attached.stop();
    }
    barrier(reply);
  }

  /**
   * Delivers nothing more to a consumer, which ends as soon as nothing is in flight to it. Answers
   * behind the last delivery with whether it has ended.
   */
  void leave(ConsumerKey consumer, Reply<Boolean> reply) {
    Attached attached = consumers.find(consumer);
    if (attached == null) {
      reply.ok(true);
      return;
    }
    attached.leave();
    reply.ok(attached.inFlight().isEmpty());
    endIfLeaving(attached);
  }

  private void endIfLeaving(Attached attached) {
    if (attached.isLeaving() && attached.inFlight().isEmpty()) {
      consumers.remove(attached.consumer().key());
      // Where a crash forgets it, the recovered part waits a while for a consumer that does not
      // come.
      recordLazily(new CursorHolder(key, attached.consumer().key(), false));
      dispatch();
      idleIfUnused();
    }
  }

  /** Answers behind every delivery made so far. */
  @SuppressWarnings("NullAway") // A reply of Void can only be null.
  void barrier(Reply<Void> reply) {
    reply.ok(null);
  }

  /** A consumer ends; what it still has is delivered again. */
  void detach(ConsumerKey consumer, Departure departure, Reply<Void> reply) {
    whenOpen(() -> detachNow(consumer, departure, reply), reply::fail);
  }

  private void detachNow(ConsumerKey consumer, Departure departure, Reply<Void> reply) {
    Attached attached = consumers.remove(consumer);
    if (attached == null) {
      answer(reply);
      return;
    }
    record(new CursorHolder(key, consumer, false));
    if (departure == Departure.LOST) {
      lost.add(key, attached.inFlight().size());
    }
    List<OffsetRun> held = OffsetRun.of(attached.inFlight());
    if (!held.isEmpty()) {
      release(held, departure);
    }
    answer(reply);
    dispatch();
    idleIfUnused();
  }

  private void idleIfUnused() {
    if (listening
        && consumers.isEmpty()
        && shares.isEmpty()
        && dying.isEmpty()
        && waitingForLog.isEmpty()) {
      listening = false;
      logs.close(key.log(), this);
      backlog.close();
      if (state.reach() > 0 && !reach.suspects(state.floor())) {
        recordLazily(new CursorReached(key, 0));
        reach.ended();
      }
    }
  }

  /**
   * Answers as soon as everything that was there when this was called and that credit allowed has
   * been delivered.
   */
  void poll(ConsumerKey consumer, Reply<Void> reply) {
    Attached attached = consumers.find(consumer);
    if (attached == null) {
      barrier(reply);
      return;
    }
    polls.add(new Polls.Poll(attached, backlog.stableOffset(), reply));
    dispatch();
  }

  private boolean isAnswered(Polls.Poll poll) {
    Attached attached = poll.consumer();
    return attached.available() == 0
        || consumers.find(attached.consumer().key()) != attached
        || (!grace.isRunning() && backlog.isExhausted(poll.limit()));
  }

  // ---- what became of messages

  /** Whether all of these are in flight to a consumer, or to the dead letters. */
  boolean holdsAll(@Nullable ConsumerKey consumer, List<OffsetRun> runs) {
    if (consumer == null) {
      return runs.stream().allMatch(run -> dying.offsets().runEnd(run.first()) >= run.last());
    }
    Attached attached = consumers.find(consumer);
    return attached != null && attached.holdsAll(runs);
  }

  /** Says what became of messages; those that are not in flight to this consumer are ignored. */
  void settle(ConsumerKey consumer, Outcome outcome, List<OffsetRun> runs, Reply<Void> reply) {
    Attached attached = consumers.find(consumer);
    List<OffsetRun> held = attached == null ? List.of() : attached.holding(runs);
    if (attached == null || held.isEmpty()) {
      answer(reply);
      return;
    }
    switch (outcome) {
      case ACCEPT -> {
        held.forEach(run -> attached.inFlight().remove(run.first(), run.last()));
        accept(held);
      }
      case RELEASE -> {
        release(held, Departure.CLOSED);
        held.forEach(run -> attached.inFlight().remove(run.first(), run.last()));
      }
      case RETURN -> {
        for (OffsetRun run : held) {
          attached.inFlight().remove(run.first(), run.last());
          backlog.release(run.first(), run.last());
        }
      }
      case REJECT -> {
        record(new CursorCounted(key, held));
        for (OffsetRun run : held) {
          attached.inFlight().remove(run.first(), run.last());
          for (long offset = run.first(); offset <= run.last(); offset++) {
            dying.add(offset, DeadLetters.Reason.REJECTED);
          }
        }
      }
    }
    answer(reply);
    if (outcome != Outcome.ACCEPT) {
      dispatch();
    }
    endIfLeaving(attached);
  }

  private void accept(List<OffsetRun> runs) {
    record(new CursorSettled(key, runs));
    for (OffsetRun run : runs) {
      backlog.forget(run.first(), run.last());
      counters.accepted(run.count());
    }
  }

  /** Delivered in vain: to be delivered again, or too often already. */
  private void release(List<OffsetRun> held, Departure departure) {
    OffsetSet counted = new OffsetSet();
    held.forEach(run -> counted.add(run.first(), run.last()));
    if (departure == Departure.LOST) {
      long suspect = held.get(0).first();
      state.forEachCounted(counted::remove);
      counted.add(suspect);
    }
    if (!counted.isEmpty()) {
      record(new CursorCounted(key, OffsetRun.of(counted)));
    }
    for (OffsetRun run : held) {
      backlog.release(run.first(), run.last());
    }
    buryTheSpent(held);
  }

  private void buryTheSpent(List<OffsetRun> released) {
    if (!attempts.mayBeSpent(state)) {
      return;
    }
    OffsetSet spent = new OffsetSet();
    for (OffsetRun run : released) {
      for (long offset = run.first(); offset <= run.last(); offset++) {
        if (attempts.isSpent(state, offset)) {
          spent.add(offset);
        }
      }
    }
    giveUp(spent, DeadLetters.Reason.MAX_DELIVERY_ATTEMPTS);
  }

  /** Messages that are not delivered any more: dead letters, or done with where none are wanted. */
  private void giveUp(OffsetSet offsets, DeadLetters.Reason reason) {
    if (offsets.isEmpty()) {
      return;
    }
    List<OffsetRun> runs = OffsetRun.of(offsets);
    if (key.isShare() && shares.settings().deadLetterTopic().isEmpty()) {
      settleAnywhere(runs);
      return;
    }
    for (OffsetRun run : runs) {
      backlog.take(run.first(), run.last());
      for (long offset = run.first(); offset <= run.last(); offset++) {
        dying.add(offset, reason);
      }
    }
  }

  /** A transaction that has been decided consumed these, whoever has them now. */
  void settleDecided(List<OffsetRun> runs, Reply<Void> reply) {
    settleAnywhere(runs);
    for (OffsetRun run : runs) {
      counters.accepted(run.count());
    }
    answer(reply);
    dispatch();
    consumers.copy().forEach(this::endIfLeaving);
    idleIfUnused();
  }

  void settleAnywhere(List<OffsetRun> runs) {
    forgetAnywhere(runs);
    record(new CursorSettled(key, runs));
  }

  private void forgetAnywhere(List<OffsetRun> runs) {
    for (OffsetRun run : runs) {
      for (Attached attached : consumers) {
        attached.inFlight().remove(run.first(), run.last());
      }
      shares.forget(run.first(), run.last());
      dying.forget(run.first(), run.last());
      backlog.forgetAnywhere(run.first(), run.last());
    }
  }

  @Override
  public void onGone(List<OffsetRun> runs, boolean expired) {
    if (!expired) {
      // What is not in the log will not be found there after a crash either.
      forgetAnywhere(runs);
      recordLazily(new CursorSettled(key, runs));
      return;
    }
    settleAnywhere(runs);
    for (OffsetRun run : runs) {
      counters.expired(run.count());
    }
  }

  @Override
  public void onCompacted(OffsetSet offsets) {
    for (OffsetRun run : OffsetRun.of(taken())) {
      offsets.remove(run.first(), run.last());
    }
    if (!offsets.isEmpty()) {
      onGone(OffsetRun.of(offsets), false);
    }
  }

  /** Puts the cursor to an offset; what is in flight stays so. */
  void move(long floor, Reply<Void> reply) {
    record(new CursorMoved(key, floor));
    reach.moved();
    // Who holds what lies before has nothing more to say of it.
    shares.forget(0, floor - 1);
    if (listening) {
      OffsetSet taken = taken();
      backlog.reset(taken);
      extendReach(Math.max(floor, taken.last()));
    }
    answer(reply);
    dispatch();
  }

  private OffsetSet taken() {
    OffsetSet taken = consumers.inFlight();
    shares.addHeld(taken);
    taken.add(dying.offsets());
    return taken;
  }

  // ---- delivering

  @Override
  public void onReady() {
    dispatch();
  }

  /** Delivers what can be delivered. */
  void dispatch() {
    if (dispatching || !live || !backlog.isOpen()) {
      return;
    }
    dispatching = true;
    boolean more = false;
    try {
      dying.send();
      if (!grace.isRunning()) {
        more = shares.isEmpty() ? deliverAll(RUNS_PER_TURN) : deliverBesideShares();
      }
    } finally {
      dispatching = false;
    }
    for (Attached attached : consumers) {
      attached.flush();
      if (attached.hoards()) {
        LOG.warn(
            "{} has {} messages of {} that it has not acknowledged",
            attached.consumer(),
            attached.inFlight().size(),
            logs.nameOf(key.log()));
      }
    }
    polls.answer(this::isAnswered);
    if (more) {
      shard.event(this::dispatch);
    }
  }

  /**
   * Returns whether there is more to do than one turn allows.
   *
   * @param turns how many deliveries a turn allows
   */
  private boolean deliverAll(int turns) {
    for (int runs = 0; runs < turns; runs++) {
      Attached next = consumers.next();
      OffsetSet lane = next == null ? null : backlog.nextLane();
      if (next == null || lane == null || !deliver(next, lane)) {
        return false;
      }
    }
    return true;
  }

  /** Delivers a run. Returns false when its bytes must be waited for. */
  private boolean deliver(Attached attached, OffsetSet lane) {
    long first = lane.first();
    RecordBlock block = backlog.blockOf(first);
    if (block == null) {
      return !lane.contains(first);
    }
    long nowMs = shard.clock().wallMs();
    if (isPassedOver(lane, block, first, nowMs)) {
      return true;
    }
    extendReach(first);
    if (first >= reachEnd()) {
      // Goes on when the reach is durable.
      return false;
    }
    long last = Math.min(lane.runEnd(first), Math.min(block.lastOffset(), reachEnd() - 1));
    last = Math.min(last, first + fairShare() - 1);
    int credit = attached.consumer().take((int) (last - first + 1));
    if (credit == 0) {
      return true;
    }
    last = lastAlike(block, first, first + credit - 1, nowMs);
    attached.consumer().addCredit((int) (first + credit - 1 - last));
    backlog.deliver(lane, block, first, last);
    attached.inFlight().add(first, last);
    attached.add(runOf(block, first, last));
    extendReach(last + 1);
    return true;
  }

  /** Whether the first message of a lane is not to be delivered; then it is seen to. */
  private boolean isPassedOver(OffsetSet lane, RecordBlock block, long first, long nowMs) {
    if (!block.has(first)) {
      // Compacted away since it was scanned.
      onGone(List.of(new OffsetRun(first, first)), false);
      return true;
    }
    if (attempts.isSpent(state, first)) {
      lane.remove(first);
      OffsetSet spent = new OffsetSet();
      spent.add(first);
      giveUp(spent, DeadLetters.Reason.MAX_DELIVERY_ATTEMPTS);
      dying.send();
      return true;
    }
    if (Backlog.isExpired(block, first, nowMs)) {
      onGone(List.of(new OffsetRun(first, first)), true);
      return true;
    }
    return false;
  }

  private long reachEnd() {
    return recorded ? reach.end() : Long.MAX_VALUE;
  }

  /** Sees to it that messages from an offset on may be delivered, now or soon. */
  private void extendReach(long next) {
    if (!recorded || !DeliveryReach.isShort(state.reach(), next)) {
      return;
    }
    long to = next + DeliveryReach.STRIDE;
    int generation = reach.generation();
    record(new CursorReached(key, to));
    answer(
        new Reply<>() {
          @Override
          public void ok(Void response) {
            reach.durableUpTo(to, generation);
            dispatch();
          }

          @Override
          public void fail(RuntimeException error) {
            // The shard stops, and this part with it.
          }
        });
  }

  /** The end of the part of a run that can be delivered without further ado. */
  private long lastAlike(RecordBlock block, long first, long last, long nowMs) {
    if (block.isPlain() && block.isDense() && !state.hasCounts()) {
      return last;
    }
    for (long offset = first + 1; offset <= last; offset++) {
      if (!block.has(offset)
          || attempts.isSpent(state, offset)
          || Backlog.isExpired(block, offset, nowMs)) {
        return offset - 1;
      }
    }
    return last;
  }

  /** How many messages one consumer gets before it is the next one's turn. */
  private long fairShare() {
    int takers = consumers.takers() + shares.size();
    if (takers <= 1) {
      return Integer.MAX_VALUE;
    }
    return Math.max(1, Math.min(config.fairRun(), backlog.waiting() / takers));
  }

  private DeliveredRun runOf(RecordBlock block, long first, long last) {
    int count = (int) (last - first + 1);
    counters.delivered(count);
    return new DeliveredRun(
        key.partition(),
        block.baseOffset(),
        block.baseTimestamp(),
        block.appendTime(),
        first,
        last,
        count,
        attempts.next(state, first, count),
        block.records(first, last));
  }

  // ---- members of a share group

  /**
   * Gives a member of a share group what waits now, within limits; where that is nothing, the
   * member is told once when it is worth while to ask again.
   *
   * @param wake quick; on the shard's thread
   */
  void acquire(
      ShareMember member,
      ShareAcquisition.Limits limits,
      Runnable wake,
      Reply<ShareAcquisition> reply) {
    listen();
    if (live && !backlog.isOpen()) {
      // A log that cannot be opened does not keep the member from others.
      shares.join(member.key(), member.groupId(), member.settings());
      shares.await(member.key(), wake);
      reply.ok(new ShareAcquisition(limits));
      return;
    }
    whenOpen(() -> acquireNow(member, limits, wake, reply), reply::fail);
  }

  private void acquireNow(
      ShareMember member,
      ShareAcquisition.Limits limits,
      Runnable wake,
      Reply<ShareAcquisition> reply) {
    shares.join(member.key(), member.groupId(), member.settings());
    if (key.isShare() && backlog.isCommittedOnly() != member.settings().readCommitted()) {
      backlog.committedOnly(member.settings().readCommitted(), taken());
    }
    grace.onConsumer(member.key(), this::onMissing);
    // Retention does not wait for a share group: what it took must not be given from memory.
    backlog.followStart();
    ShareAcquisition given = new ShareAcquisition(limits);
    boolean more = !grace.isRunning() && take(member.key(), given);
    if (given.runs().isEmpty()) {
      shares.await(member.key(), wake);
      if (more) {
        shard.event(this::dispatch);
      }
    }
    reply.ok(given);
  }

  /** Takes for a member. Returns whether there is more to do than one turn allows. */
  private boolean take(ConsumerKey member, ShareAcquisition given) {
    long nowMs = shard.clock().wallMs();
    long free = shares.settings().maxLocks() - shares.locked();
    for (int runs = 0; free > 0; runs++) {
      if (runs == RUNS_PER_TURN) {
        return true;
      }
      OffsetSet lane = backlog.nextLane();
      if (lane == null) {
        return false;
      }
      long first = lane.first();
      RecordBlock block = backlog.blockOf(first);
      if (block == null) {
        if (lane.contains(first)) {
          return false;
        }
        continue;
      }
      if (isPassedOver(lane, block, first, nowMs)) {
        continue;
      }
      long room = Math.min(free, given.room(block));
      if (room <= 0) {
        return false;
      }
      extendReach(first);
      if (first >= reachEnd()) {
        // Goes on when the reach is durable.
        return false;
      }
      long last = Math.min(lane.runEnd(first), Math.min(block.lastOffset(), reachEnd() - 1));
      last = room <= last - first ? first + room - 1 : last;
      last = lastAlike(block, first, last, nowMs);
      backlog.deliver(lane, block, first, last);
      shares.lock(member, first, last);
      int count = (int) (last - first + 1);
      counters.delivered(count);
      given.add(block, first, last, attempts.next(state, first, count));
      free -= count;
      extendReach(last + 1);
    }
    return false;
  }

  /** What members do not take at once, consumers get in turns, a fair run each. */
  private boolean deliverBesideShares() {
    boolean woken = shares.isAwaited() && shares.hasRoom() && backlog.nextLane() != null;
    if (woken) {
      shares.wakeAll();
    }
    if (consumers.isEmpty() || yielding) {
      return false;
    }
    if (!woken) {
      return deliverAll(RUNS_PER_TURN);
    }
    yielding = true;
    shard
        .timers()
        .after(
            YIELD_MS,
            () -> {
              yielding = false;
              dispatch();
            });
    deliverAll(consumers.takers());
    return false;
  }

  /**
   * A member says what became of records: of all of them, or of none where it does not hold one of
   * them, when the reply fails with {@link NotHeldException}.
   */
  void acknowledge(ConsumerKey member, List<ShareAck> said, Reply<Void> reply) {
    List<ShareAck> acks = ShareAck.from(backlog.startOffset(), said);
    for (ShareAck ack : acks) {
      if (ack.kind() != ShareAck.Kind.GAP
          && !shares.holds(member, ack.run().first(), ack.run().last())) {
        reply.fail(
            new NotHeldException(
                "offsets "
                    + ack.run().first()
                    + " to "
                    + ack.run().last()
                    + " are not all held by this member"));
        return;
      }
    }
    List<OffsetRun> done = new ArrayList<>();
    List<OffsetRun> released = new ArrayList<>();
    List<OffsetRun> rejected = new ArrayList<>();
    for (ShareAck ack : acks) {
      OffsetRun run = ack.run();
      switch (ack.kind()) {
        case GAP -> done.addAll(shares.holding(member, run.first(), run.last()));
        case ACCEPT -> done.add(run);
        case RELEASE -> released.add(run);
        case REJECT -> rejected.add(run);
        case RENEW -> shares.renew(run.first(), run.last());
      }
    }
    settleShared(member, done, released, rejected);
    answer(reply);
    dispatch();
  }

  private void settleShared(
      ConsumerKey member,
      List<OffsetRun> done,
      List<OffsetRun> released,
      List<OffsetRun> rejected) {
    if (!done.isEmpty()) {
      shares.unlock(member, done);
      accept(done);
    }
    if (!released.isEmpty()) {
      shares.unlock(member, released);
      release(released, Departure.CLOSED);
    }
    if (!rejected.isEmpty()) {
      shares.unlock(member, rejected);
      record(new CursorCounted(key, rejected));
      OffsetSet all = new OffsetSet();
      rejected.forEach(run -> all.add(run.first(), run.last()));
      giveUp(all, DeadLetters.Reason.REJECTED);
    }
  }

  /** What a member was given did not reach it. */
  void giveBack(ConsumerKey member, List<OffsetRun> runs) {
    List<OffsetRun> held = new ArrayList<>();
    runs.forEach(run -> held.addAll(shares.holding(member, run.first(), run.last())));
    shares.unlock(member, held);
    held.forEach(run -> backlog.release(run.first(), run.last()));
    dispatch();
  }

  /**
   * A member ends. What it still holds is given to others: without counting where it went in order,
   * as it has acknowledged what it had shown, else as when a consumer is lost.
   */
  void leaveShare(ConsumerKey member, Departure departure, Reply<Void> reply) {
    if (shares.holdsNothing(member)) {
      leaveShareNow(member, departure, reply);
      return;
    }
    whenOpen(() -> leaveShareNow(member, departure, reply), reply::fail);
  }

  private void leaveShareNow(ConsumerKey member, Departure departure, Reply<Void> reply) {
    List<OffsetRun> held = shares.leave(member);
    if (held != null && !held.isEmpty()) {
      if (departure == Departure.LOST) {
        lost.add(key, held.stream().mapToLong(OffsetRun::count).sum());
        release(held, departure);
      } else {
        held.forEach(run -> backlog.release(run.first(), run.last()));
      }
    }
    answer(reply);
    dispatch();
    idleIfUnused();
  }

  private void onLocksOver(List<OffsetRun> runs) {
    release(runs, Departure.CLOSED);
    dispatch();
  }

  // ---- the log

  private final List<Waiting> waitingForLog = new ArrayList<>();

  private record Waiting(Runnable run, Consumer<RuntimeException> fail) {}

  private void whenOpen(Runnable action, Consumer<RuntimeException> fail) {
    if (!live) {
      fail.accept(new CursorClosedException("the destination was deleted"));
    } else if (!listening || (backlog.isOpen() && waitingForLog.isEmpty())) {
      action.run();
    } else {
      waitingForLog.add(new Waiting(action, fail));
    }
  }

  @Override
  public void onOpen(Log log) {
    if (log.endOffset() < state.floor()) {
      // A log that does not outlive the process has begun anew.
      record(new CursorMoved(key, log.startOffset()));
      reach.moved();
      backlog.reset(taken());
    }
    reach.opened(key.isShare() ? log.durableOffset() : log.stableOffset());
    backlog.open(log);
    List<Waiting> waited = List.copyOf(waitingForLog);
    waitingForLog.clear();
    waited.forEach(waiting -> waiting.run.run());
    dispatch();
  }

  @Override
  public void onAdvance(long stableOffset) {
    backlog.advance(stableOffset);
    dispatch();
  }

  @Override
  public void onDeleted() {
    close(new CursorClosedException("the destination was deleted"));
  }

  /** Ends the part; everyone who waits hears of it. */
  void close(RuntimeException reason) {
    if (!live) {
      return;
    }
    live = false;
    grace.cancel();
    if (listening) {
      listening = false;
      logs.close(key.log(), this);
    }
    backlog.close();
    List<Waiting> waited = List.copyOf(waitingForLog);
    waitingForLog.clear();
    waited.forEach(waiting -> waiting.fail.accept(reason));
    polls.fail(reason);
    shares.close();
    consumers.forEach(attached -> attached.consumer().sink().onClosed(reason));
    consumers.clear();
  }

  /** Whether nobody consumes, and nothing is under way. */
  boolean isUnused() {
    return !listening;
  }

  CursorStats stats() {
    return counters.stats(
        key,
        state,
        consumers.inFlightCount() + shares.locked(),
        backlog.deferred(),
        consumers.size() + shares.size());
  }

  /** Is no longer taken by the dead letters: it was moved. */
  void onMoved() {
    counters.deadLettered();
    idleIfUnused();
  }
}
