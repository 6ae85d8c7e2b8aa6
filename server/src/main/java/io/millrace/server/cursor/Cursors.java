package io.millrace.server.cursor;

import io.millrace.log.LogId;
import io.millrace.server.catalog.Topic;
import io.millrace.server.shard.Gather;
import io.millrace.server.shard.Machines;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import io.millrace.server.shard.Shards;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The way of the doors to cursors and subscriptions: finds the shards. Any thread; answers come on
 * a shard's thread.
 */
public final class Cursors {
  private final Shards shards;

  public Cursors(Shards shards) {
    this.shards = shards;
  }

  private Shard<Machines> shardOf(CursorKey key) {
    return shards.ofPartition(key.log());
  }

  private <R> void on(CursorKey key, Consumer<CursorMachine> work, Reply<R> reply) {
    shardOf(key).handle(machines -> work.accept(machines.get(CursorMachine.class)), reply);
  }

  /** See {@link CursorMachine#ensure}. */
  public void ensure(CursorKey key, CursorStart start, boolean recorded, Reply<Void> reply) {
    on(key, cursors -> cursors.ensure(key, start, recorded, reply), reply);
  }

  /** See {@link CursorMachine#ensureAt}. */
  public void ensureAt(CursorKey key, long floor, boolean recorded, Reply<Void> reply) {
    on(key, cursors -> cursors.ensureAt(key, floor, recorded, reply), reply);
  }

  /** See {@link CursorMachine#attach}. */
  public void attach(
      CursorKey key, CursorConsumer consumer, List<OffsetRun> held, Reply<List<OffsetRun>> reply) {
    on(key, cursors -> cursors.attach(key, consumer, held, reply), reply);
  }

  /** See {@link CursorMachine#stop}. */
  public void stop(CursorKey key, ConsumerKey consumer, Reply<Void> reply) {
    on(key, cursors -> cursors.stop(key, consumer, reply), reply);
  }

  /** See {@link CursorMachine#leave}. */
  public void leave(CursorKey key, ConsumerKey consumer, Reply<Boolean> reply) {
    on(key, cursors -> cursors.leave(key, consumer, reply), reply);
  }

  /** See {@link CursorMachine#barrier}. */
  public void barrier(CursorKey key, Reply<Void> reply) {
    on(key, cursors -> cursors.barrier(key, reply), reply);
  }

  /** See {@link CursorMachine#detach}. */
  public void detach(CursorKey key, ConsumerKey consumer, Departure departure, Reply<Void> reply) {
    on(key, cursors -> cursors.detach(key, consumer, departure, reply), reply);
  }

  /** See {@link CursorMachine#poll}. */
  public void poll(CursorKey key, ConsumerKey consumer, Reply<Void> reply) {
    on(key, cursors -> cursors.poll(key, consumer, reply), reply);
  }

  /** See {@link CursorMachine#wake}. */
  public void wake(CursorKey key) {
    shardOf(key).run(machines -> machines.get(CursorMachine.class).wake(key));
  }

  /** See {@link CursorMachine#settle}. */
  public void settle(
      CursorKey key,
      ConsumerKey consumer,
      Outcome outcome,
      List<OffsetRun> runs,
      Reply<Void> reply) {
    on(key, cursors -> cursors.settle(key, consumer, outcome, runs, reply), reply);
  }

  /** See {@link CursorMachine#move}. */
  public void move(CursorKey key, long floor, Reply<Void> reply) {
    on(key, cursors -> cursors.move(key, floor, reply), reply);
  }

  /** See {@link CursorMachine#remove}. */
  public void remove(CursorKey key, Reply<Void> reply) {
    on(key, cursors -> cursors.remove(key, reply), reply);
  }

  // ---- members of share groups

  /** See {@link CursorMachine#acquire}. */
  public void acquire(
      CursorKey key,
      ShareMember member,
      ShareAcquisition.Limits limits,
      Runnable wake,
      Reply<ShareAcquisition> reply) {
    on(key, cursors -> cursors.acquire(key, member, limits, wake, reply), reply);
  }

  /** See {@link CursorMachine#acknowledge}. */
  public void acknowledge(
      CursorKey key, ConsumerKey member, List<ShareAck> acks, Reply<Void> reply) {
    on(key, cursors -> cursors.acknowledge(key, member, acks, reply), reply);
  }

  /** See {@link CursorMachine#giveBack}. */
  public void giveBack(CursorKey key, ConsumerKey member, List<OffsetRun> runs) {
    shardOf(key).run(machines -> machines.get(CursorMachine.class).giveBack(key, member, runs));
  }

  /** See {@link CursorMachine#leaveShare}. */
  public void leaveShare(
      CursorKey key, ConsumerKey member, Departure departure, Reply<Void> reply) {
    on(key, cursors -> cursors.leaveShare(key, member, departure, reply), reply);
  }

  // ---- private readers

  /** See {@link CursorMachine#read}. */
  public void read(PrivateReader.Spec spec, CursorConsumer consumer, Reply<Long> reply) {
    shards
        .ofPartition(spec.log())
        .handle(machines -> machines.get(CursorMachine.class).read(spec, consumer, reply), reply);
  }

  /** See {@link CursorMachine#endRead}; answers behind the last delivery. */
  @SuppressWarnings("NullAway") // A reply of Void can only be null.
  public void endRead(LogId log, ConsumerKey consumer, Reply<Void> reply) {
    shards
        .ofPartition(log)
        .handle(
            machines -> {
              machines.get(CursorMachine.class).endRead(log, consumer);
              reply.ok(null);
            },
            reply);
  }

  /** Looks whether a private reader can deliver something now. */
  public void wakeReader(LogId log, ConsumerKey consumer) {
    shards
        .ofPartition(log)
        .run(
            machines -> {
              PrivateReader reader = machines.get(CursorMachine.class).reader(log, consumer);
              if (reader != null) {
                reader.advance();
              }
            });
  }

  /** See {@link PrivateReader#poll}. */
  @SuppressWarnings("NullAway") // A reply of Void can only be null.
  public void pollReader(LogId log, ConsumerKey consumer, Reply<Void> reply) {
    shards
        .ofPartition(log)
        .handle(
            machines -> {
              PrivateReader reader = machines.get(CursorMachine.class).reader(log, consumer);
              if (reader == null) {
                reply.ok(null);
              } else {
                reader.poll(reply);
              }
            },
            reply);
  }

  // ---- subscriptions

  /** See {@link Subscriptions#join}. */
  public void join(
      SubscriptionKey key,
      SubscriptionSpec spec,
      ConsumerKey consumer,
      Consumer<Topic> mayEnd,
      Reply<Subscription> reply) {
    shards
        .ofKey(key.hashKey())
        .handle(
            machines -> machines.get(Subscriptions.class).join(key, spec, consumer, mayEnd, reply),
            reply);
  }

  /** See {@link Subscriptions#leave}. */
  public void leave(SubscriptionKey key, ConsumerKey consumer) {
    shards
        .ofKey(key.hashKey())
        .run(machines -> machines.get(Subscriptions.class).leave(key, consumer));
  }

  /** See {@link Subscriptions#unsubscribe}. */
  public void unsubscribe(SubscriptionKey key, Consumer<Topic> mayEnd, Reply<Void> reply) {
    shards
        .ofKey(key.hashKey())
        .handle(
            machines -> machines.get(Subscriptions.class).unsubscribe(key, mayEnd, reply), reply);
  }

  // ---- figures

  /** Figures of every cursor part of the server. */
  public void stats(Reply<List<CursorStats>> reply) {
    List<CursorStats> all = Collections.synchronizedList(new ArrayList<>());
    everywhere(
        machines -> all.addAll(machines.get(CursorMachine.class).stats()),
        () -> reply.ok(List.copyOf(all)),
        reply);
  }

  /** Figures of one cursor part; empty when there is none. */
  public void stats(CursorKey key, Reply<Optional<CursorStats>> reply) {
    on(key, cursors -> reply.ok(Optional.ofNullable(cursors.stats(key))), reply);
  }

  /** All named subscriptions of the server. */
  public void subscriptions(Reply<List<Subscription>> reply) {
    List<Subscription> all = Collections.synchronizedList(new ArrayList<>());
    everywhere(
        machines -> all.addAll(machines.get(Subscriptions.class).list()),
        () -> reply.ok(List.copyOf(all)),
        reply);
  }

  private void everywhere(Consumer<Machines> work, Runnable done, Reply<?> reply) {
    Gather gather = new Gather(shards.count(), done, reply::fail);
    for (Shard<Machines> shard : shards.all()) {
      shard.handle(
          machines -> {
            work.accept(machines);
            gather.oneDone();
          },
          gather);
    }
  }

  /** How many messages of a cursor part were read ahead and wait for credit. */
  public void waiting(CursorKey key, Reply<Long> reply) {
    on(key, cursors -> reply.ok(cursors.waiting(key)), reply);
  }

  /** Which offsets of a cursor part below a limit are not settled. */
  public void unsettled(CursorKey key, long limit, Reply<List<OffsetRun>> reply) {
    on(key, cursors -> reply.ok(cursors.unsettled(key, limit)), reply);
  }

  // ---- topics

  /** A topic was deleted: everything that stands over it ends. */
  public void onTopicDeleted(UUID topicId) {
    for (Shard<Machines> shard : shards.all()) {
      shard.run(
          machines -> {
            machines.get(CursorMachine.class).removeTopic(topicId);
            machines.get(Subscriptions.class).onTopicDeleted(topicId);
          });
    }
  }
}
