package io.millrace.server.door.jms;

import io.millrace.jms.wire.BrowseEnd;
import io.millrace.jms.wire.Consume;
import io.millrace.jms.wire.ConsumerClosed;
import io.millrace.jms.wire.ConsumerMode;
import io.millrace.jms.wire.Consuming;
import io.millrace.jms.wire.Deliver;
import io.millrace.jms.wire.DeliverChunk;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.OffsetRange;
import io.millrace.jms.wire.PartitionOffset;
import io.millrace.log.Durability;
import io.millrace.log.LogId;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.cursor.ConsumerKey;
import io.millrace.server.cursor.CursorClosedException;
import io.millrace.server.cursor.CursorConsumer;
import io.millrace.server.cursor.CursorKey;
import io.millrace.server.cursor.CursorStart;
import io.millrace.server.cursor.Cursors;
import io.millrace.server.cursor.DeliveredRun;
import io.millrace.server.cursor.DeliverySink;
import io.millrace.server.cursor.Departure;
import io.millrace.server.cursor.OffsetRun;
import io.millrace.server.cursor.Outcome;
import io.millrace.server.cursor.PrivateReader;
import io.millrace.server.cursor.Subscription;
import io.millrace.server.cursor.SubscriptionKey;
import io.millrace.server.cursor.SubscriptionSpec;
import io.millrace.server.security.acl.Operation;
import io.millrace.server.shard.Gather;
import io.millrace.server.shard.Reply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One consumer on one socket: spreads what is asked over the partitions it reads, and turns what
 * they deliver into frames. Methods are guarded by the client; deliveries come on the shards'
 * threads.
 */
final class JmsConsumer implements DeliverySink {
  private static final int FRAME_BYTES = 512 << 10;

  private final JmsConnection connection;
  private final Cursors cursors;
  private final Consume request;
  private final Topic topic;
  private final CursorConsumer handle;
  private final @Nullable SubscriptionKey subscriptionKey;
  private final AtomicInteger partitionsToEnd;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable Subscription subscription;

  JmsConsumer(
      JmsConnection connection,
      JmsClient client,
      Cursors cursors,
      Consume request,
      Topic topic,
      @Nullable SubscriptionKey subscriptionKey) {
    this.connection = connection;
    this.cursors = cursors;
    this.request = request;
    this.topic = topic;
    this.subscriptionKey = subscriptionKey;
    this.handle = new CursorConsumer(new ConsumerKey(client.key(), request.consumerId()), this);
    this.handle.addCredit(request.credit());
    this.partitionsToEnd = new AtomicInteger(topic.partitions());
  }

  int sessionId() {
    return request.sessionId();
  }

  ConsumerKey key() {
    return handle.key();
  }

  Topic topic() {
    return topic;
  }

  private boolean isPrivate() {
    return !request.mode().isAcknowledged();
  }

  /** The cursor part of one partition; only for acknowledged modes. */
  CursorKey part(int partition) {
    if (partition < 0 || partition >= topic.partitions()) {
      throw new RefusedException(
          ErrorCode.PROTOCOL, "topic " + topic.name() + " has no partition " + partition);
    }
    Subscription of = subscription;
    return of == null ? new CursorKey(topic.id(), partition, CursorKey.QUEUE) : of.part(partition);
  }

  // ---- opening

  /** Begins to consume. */
  void open(CatalogView catalog, Reply<Consuming> reply) {
    SubscriptionKey name = subscriptionKey;
    if (isPrivate()) {
      openPrivate(reply);
    } else if (name == null) {
      boolean recorded =
          !topic.kind().isTemporary() && catalog.configs().durability(topic) != Durability.MEMORY;
      openParts(partition -> CursorStart.BEGINNING, recorded, reply);
    } else {
      join(name, reply);
    }
  }

  private void join(SubscriptionKey name, Reply<Consuming> reply) {
    boolean shared =
        request.mode() == ConsumerMode.SHARED_DURABLE
            || request.mode() == ConsumerMode.SHARED_NON_DURABLE;
    SubscriptionSpec spec =
        new SubscriptionSpec(
            topic.id(), topic.partitions(), shared, request.selector(), request.noLocal());
    cursors.join(
        name,
        spec,
        key(),
        before -> connection.check(Operation.READ, before),
        new Reply<>() {
          @Override
          public void ok(Subscription joined) {
            subscription = joined;
            openParts(joined::start, name.durable(), reply);
          }

          @Override
          public void fail(RuntimeException error) {
            reply.fail(error);
          }
        });
  }

  private void openParts(IntFunction<CursorStart> start, boolean recorded, Reply<Consuming> reply) {
    Map<Integer, List<OffsetRun>> held = runsByPartition(request.held());
    List<OffsetRange> lost = Collections.synchronizedList(new ArrayList<>());
    Gather all =
        new Gather(
            topic.partitions(),
            () -> reply.ok(new Consuming(request.requestId(), List.copyOf(lost), List.of())),
            error -> {
              end(Departure.CLOSED, Reply.none("a consumer that could not begin"));
              reply.fail(error);
            });
    for (int index = 0; index < topic.partitions(); index++) {
      int partition = index;
      CursorKey part = part(partition);
      cursors.ensure(
          part,
          start.apply(partition),
          recorded,
          new Reply<>() {
            @Override
            public void ok(Void ensured) {
              cursors.attach(
                  part,
                  handle,
                  held.getOrDefault(partition, List.of()),
                  lostReply(partition, lost, all));
            }

            @Override
            public void fail(RuntimeException error) {
              all.fail(error);
            }
          });
    }
  }

  private static Reply<List<OffsetRun>> lostReply(
      int partition, List<OffsetRange> lost, Gather all) {
    return new Reply<>() {
      @Override
      public void ok(List<OffsetRun> runs) {
        runs.forEach(run -> lost.add(new OffsetRange(partition, run.first(), run.last())));
        all.oneDone();
      }

      @Override
      public void fail(RuntimeException error) {
        all.fail(error);
      }
    };
  }

  private void openPrivate(Reply<Consuming> reply) {
    Map<Integer, Long> resume = new HashMap<>();
    request.resume().forEach(at -> resume.put(at.partition(), at.offset()));
    List<PartitionOffset> positions = Collections.synchronizedList(new ArrayList<>());
    Gather all =
        new Gather(
            topic.partitions(),
            () -> reply.ok(new Consuming(request.requestId(), List.of(), List.copyOf(positions))),
            error -> {
              end(Departure.CLOSED, Reply.none("a consumer that could not begin"));
              reply.fail(error);
            });
    for (int index = 0; index < topic.partitions(); index++) {
      int partition = index;
      CursorKey browsed =
          request.mode() == ConsumerMode.BROWSER
              ? new CursorKey(topic.id(), partition, CursorKey.QUEUE)
              : null;
      cursors.read(
          new PrivateReader.Spec(
              topic.partition(partition),
              browsed,
              resume.getOrDefault(partition, -1L),
              request.noLocal() ? connection::isLocal : producerId -> false),
          handle,
          new Reply<>() {
            @Override
            public void ok(Long position) {
              positions.add(new PartitionOffset(partition, position));
              all.oneDone();
            }

            @Override
            public void fail(RuntimeException error) {
              all.fail(error);
            }
          });
    }
  }

  // ---- deliveries; on the shards' threads

  @Override
  public void deliver(List<DeliveredRun> messages) {
    List<DeliverChunk> chunks = new ArrayList<>(messages.size());
    int bytes = 0;
    for (DeliveredRun run : messages) {
      if (bytes > 0 && bytes + run.records().remaining() > FRAME_BYTES) {
        connection.deliver(new Deliver(request.consumerId(), chunks));
        chunks = new ArrayList<>();
        bytes = 0;
      }
      chunks.add(
          new DeliverChunk(
              run.partition(),
              run.baseOffset(),
              run.baseTimestamp(),
              run.count(),
              run.appendTime() ? DeliverChunk.APPEND_TIME : 0,
              run.deliveryCounts(),
              run.records()));
      bytes += run.records().remaining();
    }
    connection.deliver(new Deliver(request.consumerId(), chunks));
  }

  @Override
  public void onEnd(int partition) {
    if (partitionsToEnd.decrementAndGet() == 0) {
      connection.send(new BrowseEnd(request.consumerId()));
    }
  }

  @Override
  public void onClosed(RuntimeException why) {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    if (why instanceof CursorClosedException) {
      connection.send(
          new ConsumerClosed(
              request.consumerId(), ErrorCode.DESTINATION, WireErrors.messageOf(why)));
    } else {
      // The shard opens again in a moment; the client comes back with what it holds.
      connection.close();
    }
  }

  /** For people: whose it is. */
  @Override
  public String toString() {
    return connection.toString();
  }

  // ---- what the client asks

  /** Whether it is on this socket. */
  boolean isOf(JmsConnection socket) {
    return connection == socket;
  }

  void setFlowing(boolean flows) {
    handle.setFlowing(flows);
  }

  void addCredit(int messages) {
    handle.addCredit(messages);
    wake();
  }

  /** Lets the partitions look whether they can deliver. */
  void wake() {
    forEachPartition(
        (cursor, partition) -> cursors.wake(cursor),
        (log, partition) -> cursors.wakeReader(log, key()));
  }

  /** Takes all credit back; answers behind the last delivery. */
  void pause(Reply<Void> reply) {
    handle.clearCredit();
    Gather all = gather(reply);
    forEachPartition(
        (cursor, partition) -> cursors.barrier(cursor, all),
        (log, partition) -> cursors.pollReader(log, key(), all));
  }

  /** Answers when everything that is there and that credit allows was delivered. */
  void poll(Reply<Void> reply) {
    Gather all = gather(reply);
    forEachPartition(
        (cursor, partition) -> cursors.poll(cursor, key(), all),
        (log, partition) -> cursors.pollReader(log, key(), all));
  }

  /**
   * Delivers no more; answers behind the last delivery with whether nothing of it is left in
   * flight.
   */
  void leave(Reply<Boolean> reply) {
    handle.setFlowing(false);
    leaveSubscription();
    AtomicBoolean allEnded = new AtomicBoolean(true);
    Gather all = new Gather(topic.partitions(), () -> reply.ok(allEnded.get()), reply::fail);
    forEachPartition(
        (cursor, partition) ->
            cursors.leave(
                cursor,
                key(),
                new Reply<>() {
                  @Override
                  public void ok(Boolean ended) {
                    if (!ended) {
                      allEnded.set(false);
                    }
                    all.oneDone();
                  }

                  @Override
                  public void fail(RuntimeException error) {
                    all.fail(error);
                  }
                }),
        (log, partition) -> cursors.endRead(log, key(), all));
  }

  /** Says what became of messages. */
  void settle(Outcome outcome, List<OffsetRange> ranges, Reply<Void> reply) {
    Map<Integer, List<OffsetRun>> runs = isPrivate() ? Map.of() : runsByPartition(ranges);
    Map<CursorKey, List<OffsetRun>> byPart = new HashMap<>();
    runs.forEach((partition, of) -> byPart.put(part(partition), of));
    Gather all = gather(byPart.size(), reply);
    byPart.forEach((part, of) -> cursors.settle(part, key(), outcome, of, all));
  }

  /** Ends it, with what is in flight to it. */
  void end(Departure departure, Reply<Void> reply) {
    handle.setFlowing(false);
    closed.set(true);
    leaveSubscription();
    Gather all = gather(reply);
    forEachPartition(
        (cursor, partition) -> cursors.detach(cursor, key(), departure, all),
        (log, partition) -> cursors.endRead(log, key(), all));
  }

  private void leaveSubscription() {
    SubscriptionKey name = subscriptionKey;
    if (name != null) {
      cursors.leave(name, key());
    }
  }

  private void forEachPartition(ObjIntConsumer<CursorKey> onPart, ObjIntConsumer<LogId> onReader) {
    for (int partition = 0; partition < topic.partitions(); partition++) {
      if (isPrivate()) {
        onReader.accept(topic.partition(partition), partition);
      } else {
        onPart.accept(part(partition), partition);
      }
    }
  }

  private Gather gather(Reply<Void> reply) {
    return gather(topic.partitions(), reply);
  }

  @SuppressWarnings("NullAway") // A reply of Void can only be null.
  private static Gather gather(int count, Reply<Void> reply) {
    return new Gather(count, () -> reply.ok(null), reply::fail);
  }

  private static Map<Integer, List<OffsetRun>> runsByPartition(List<OffsetRange> ranges) {
    Map<Integer, List<OffsetRun>> runs = new HashMap<>();
    for (OffsetRange range : ranges) {
      runs.computeIfAbsent(range.partition(), p -> new ArrayList<>(1))
          .add(new OffsetRun(range.first(), range.last()));
    }
    return runs;
  }
}
