package io.millrace.server.broker;

import io.millrace.kernel.Clock;
import io.millrace.log.Durability;
import io.millrace.log.LogId;
import io.millrace.log.TimestampOffset;
import io.millrace.server.catalog.CatalogException;
import io.millrace.server.catalog.Topic;
import io.millrace.server.cursor.CursorClosedException;
import io.millrace.server.cursor.CursorKey;
import io.millrace.server.cursor.CursorStats;
import io.millrace.server.cursor.Cursors;
import io.millrace.server.cursor.ShareCursorId;
import io.millrace.server.cursor.ShareSettings;
import io.millrace.server.group.ShareCursors;
import io.millrace.server.group.ShareOffsetException;
import io.millrace.server.partition.Isolation;
import io.millrace.server.partition.PartitionView;
import io.millrace.server.shard.Reply;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.protocol.Errors;

/**
 * The cursors of share groups, on the shards of their partitions (KIP-932). A group has a cursor of
 * its own, whose id is made of its name, or takes its messages from a queue's cursor. Any thread.
 */
final class ShareGroupCursors implements ShareCursors {
  private final Broker broker;
  private final Cursors cursors;
  private final Clock clock;
  private final Function<String, ShareSettings> settings;

  ShareGroupCursors(
      Broker broker, Cursors cursors, Clock clock, Function<String, ShareSettings> settings) {
    this.broker = broker;
    this.cursors = cursors;
    this.clock = clock;
    this.settings = settings;
  }

  private CursorKey keyOf(String groupId, LogId partition) {
    Topic topic = broker.catalog().find(partition.group());
    boolean queue = topic != null && topic.kind().isQueue();
    return queue && settings.apply(groupId).queueCursor()
        ? new CursorKey(partition.group(), partition.index(), CursorKey.QUEUE)
        : ownKey(groupId, partition);
  }

  private static CursorKey ownKey(String groupId, LogId partition) {
    return new CursorKey(partition.group(), partition.index(), ShareCursorId.of(groupId));
  }

  private static Isolation isolation(ShareSettings settings) {
    return settings.readCommitted() ? Isolation.READ_COMMITTED : Isolation.READ_UNCOMMITTED;
  }

  // ---- making

  @Override
  public void ensure(String groupId, LogId partition, Reply<Void> reply) {
    CursorKey key = keyOf(groupId, partition);
    ShareSettings how = settings.apply(groupId);
    if (key.isQueue() || how.start() == ShareSettings.Start.EARLIEST) {
      ensureAt(key, 0, reply);
    } else if (how.start() == ShareSettings.Start.LATEST) {
      ensureAtEnd(key, how, reply);
    } else {
      broker.listOffset(
          partition,
          Math.max(0, clock.wallMs() - how.startDurationMs()),
          isolation(how),
          then(
              (Optional<TimestampOffset> found) -> {
                if (found.isPresent()) {
                  ensureAt(key, found.get().offset(), reply);
                } else {
                  ensureAtEnd(key, how, reply);
                }
              },
              reply));
    }
  }

  private void ensureAtEnd(CursorKey key, ShareSettings how, Reply<Void> reply) {
    broker.openPartition(
        key.log(),
        then((PartitionView view) -> ensureAt(key, view.end(isolation(how)), reply), reply));
  }

  private void ensureAt(CursorKey key, long floor, Reply<Void> reply) {
    cursors.ensureAt(
        key,
        floor,
        isRecorded(key),
        new Reply<>() {
          @Override
          @SuppressWarnings("NullAway") // A reply of Void can only be null.
          public void ok(Void response) {
            reply.ok(null);
          }

          @Override
          public void fail(RuntimeException error) {
            reply.fail(
                error instanceof CursorClosedException
                    ? CatalogException.unknownTopic(key.topicId())
                    : error);
          }
        });
  }

  /** A queue's cursor is what JMS consumers make of it: no more durable than its messages. */
  private boolean isRecorded(CursorKey key) {
    Topic topic = broker.catalog().find(key.topicId());
    return !key.isQueue()
        || topic == null
        || (!topic.kind().isTemporary()
            && broker.catalog().configs().durability(topic) != Durability.MEMORY);
  }

  // ---- moving and removing

  @Override
  public void move(String groupId, LogId partition, long offset, Reply<Void> reply) {
    CursorKey key = keyOf(groupId, partition);
    if (key.isQueue()) {
      reply.fail(
          new ShareOffsetException(
              Errors.INVALID_REQUEST,
              "The group takes its messages from the queue's own cursor, which stays where it"
                  + " is."));
      return;
    }
    broker.openPartition(
        partition,
        then(
            (PartitionView view) -> {
              if (offset > view.highWatermark()) {
                reply.fail(
                    new ShareOffsetException(
                        Errors.OFFSET_OUT_OF_RANGE,
                        "The partition ends at " + view.highWatermark() + "."));
                return;
              }
              ensureAt(key, offset, then((Void made) -> cursors.move(key, offset, reply), reply));
            },
            reply));
  }

  /** A queue's cursor is not the group's. */
  @Override
  public void remove(String groupId, LogId partition, Reply<Void> reply) {
    cursors.remove(ownKey(groupId, partition), reply);
  }

  // ---- where it is

  @Override
  public void position(String groupId, LogId partition, Reply<Optional<Position>> reply) {
    ShareSettings how = settings.apply(groupId);
    broker.openPartition(
        partition,
        then(
            (PartitionView view) ->
                cursors.stats(
                    keyOf(groupId, partition),
                    then(
                        (Optional<CursorStats> stats) ->
                            reply.ok(stats.map(found -> position(found, view, how))),
                        reply)),
            reply));
  }

  private static Position position(CursorStats stats, PartitionView view, ShareSettings how) {
    long start = Math.max(stats.floor(), view.startOffset());
    long end = view.end(isolation(how));
    // What was settled above the floor may lie below the start of the log, and then counts no more.
    long lag = Math.max(0, Math.min(end - start, stats.depth(end)));
    return new Position(start, lag);
  }

  private static <A> Reply<A> then(Consumer<A> next, Reply<?> reply) {
    return new Reply<>() {
      @Override
      public void ok(A answer) {
        next.accept(answer);
      }

      @Override
      public void fail(RuntimeException error) {
        reply.fail(error);
      }
    };
  }
}
