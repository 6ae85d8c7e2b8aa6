package io.millrace.server.door.kafka.api;

import io.millrace.kernel.Timers;
import io.millrace.log.Durability;
import io.millrace.log.LogSlice;
import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.Topic;
import io.millrace.server.cursor.CursorKey;
import io.millrace.server.cursor.Departure;
import io.millrace.server.cursor.OffsetRun;
import io.millrace.server.cursor.ShareAcquisition;
import io.millrace.server.cursor.ShareCursorId;
import io.millrace.server.cursor.ShareMember;
import io.millrace.server.cursor.ShareSettings;
import io.millrace.server.door.kafka.share.AckBatch;
import io.millrace.server.door.kafka.share.SharePartition;
import io.millrace.server.door.kafka.share.ShareSession;
import io.millrace.server.door.kafka.share.ShareSessions;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.partition.PartitionView;
import io.millrace.server.quota.QuotaKey;
import io.millrace.server.security.acl.Operation;
import io.millrace.server.security.acl.ResourceType;
import io.millrace.server.shard.Reply;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.ShareFetchRequestData;
import org.apache.kafka.common.message.ShareFetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ShareFetchRequest;
import org.apache.kafka.common.requests.ShareFetchResponse;
import org.apache.kafka.common.requests.ShareRequestMetadata;
import org.jspecify.annotations.Nullable;

/**
 * One fetch of a share group's member, from its request to its response. Runs on the connection's
 * event loop; what it waits for comes back to it there. Time is also up when another request waits
 * behind this one. What was acquired and cannot be read is given back.
 *
 * <pre>
 * ACKNOWLEDGING -> ACQUIRING --enough, an error, or time is up--> READING -> DONE
 *                    ^   |
 *                    |   too little
 *                    |   v
 *                   WAITING
 * </pre>
 */
final class ShareFetchOperation {
  /** Bytes asked for in one read; a range may take several. */
  private static final int READ_BYTES = 1 << 30;

  private static final byte EXACT = 1;

  private final Broker broker;
  private final Exchange exchange;
  private final ShareSessions sessions;
  private final ShareSession session;
  private final ShareFetchRequestData request;
  private final ShareSettings settings;
  private final long maxBytes;
  private final ShareAcknowledging acknowledging;
  private final Map<SharePartition, SharedPartition> partitions = new LinkedHashMap<>();
  private final Deque<SharedPartition> ready = new ArrayDeque<>();
  private final Deque<Read> reads = new ArrayDeque<>();
  private long records;
  private long bytes;
  private long sentBytes;
  private boolean waiting;
  private boolean timeIsUp;
  private boolean done;
  private Timers.@Nullable Timer timer;

  /** A range that is still to be read. */
  private static final class Read {
    private final SharedPartition partition;
    private final long end;
    private long next;

    Read(SharedPartition partition, OffsetRun range) {
      this.partition = partition;
      this.next = range.first();
      this.end = range.last() + 1;
    }
  }

  ShareFetchOperation(
      Broker broker,
      Exchange exchange,
      ShareSessions sessions,
      ShareSession session,
      ShareFetchRequest request,
      ShareSettings settings,
      int maxFetchBytes) {
    this.broker = broker;
    this.exchange = exchange;
    this.sessions = sessions;
    this.session = session;
    this.request = request.data();
    this.settings = settings;
    long quota = Math.max(1, exchange.leftOf(QuotaKey.CONSUMER_BYTE_RATE));
    this.maxBytes = Math.max(0, Math.min(quota, Math.min(request.maxBytes(), maxFetchBytes)));
    this.acknowledging = new ShareAcknowledging(broker, exchange, session);
    this.timeIsUp = request.maxWait() <= 0;
  }

  void start(Map<SharePartition, List<AckBatch>> batches) {
    exchange.onClosed(this::abandon);
    exchange.onHurry(this::timeIsUp);
    if (batches.isEmpty()) {
      acknowledged();
    } else {
      acknowledging.begin(batches, settings, request.isRenewAck(), () -> goOn(this::acknowledged));
    }
  }

  private void acknowledged() {
    if (request.shareSessionEpoch() == ShareRequestMetadata.FINAL_EPOCH) {
      sessions.end(
          session,
          Departure.CLOSED,
          new Reply<>() {
            @Override
            public void ok(Void ended) {
              goOn(ShareFetchOperation.this::answer);
            }

            @Override
            public void fail(RuntimeException error) {
              // What is not given back now is when its locks' time is over.
              goOn(ShareFetchOperation.this::answer);
            }
          });
      return;
    }
    if (request.isRenewAck()
        || maxBytes == 0
        || request.maxRecords() <= 0
        || exchange.isOver(QuotaKey.CONSUMER_BYTE_RATE)) {
      answer();
      return;
    }
    for (SharePartition target : session.targets()) {
      SharedPartition partition = new SharedPartition(target);
      partitions.put(target, partition);
      ready.add(partition);
    }
    acquire();
  }

  // ---- acquiring

  private void acquire() {
    while (records < request.maxRecords() && bytes < maxBytes && !session.isOver()) {
      SharedPartition partition = ready.poll();
      if (partition == null) {
        break;
      }
      try {
        acquire(partition);
        return;
      } catch (ApiException e) {
        partition.failed(Errors.forException(e));
      }
    }
    decide();
  }

  private void acquire(SharedPartition partition) {
    SharePartition target = partition.target();
    Topic topic = Topics.get(broker.catalog(), target.topicId(), null);
    if (!exchange.grants().allows(Operation.READ, ResourceType.TOPIC, topic.name())) {
      throw Errors.TOPIC_AUTHORIZATION_FAILED.exception();
    }
    Topics.partition(topic, target.partition());
    CursorKey joined = session.cursor(target);
    CursorKey cursor = joined == null ? cursorOf(topic, target.partition()) : joined;
    session.join(target, cursor);
    broker
        .cursors()
        .acquire(
            cursor,
            new ShareMember(session.consumer(), session.groupId(), settings, isRecorded(topic)),
            new ShareAcquisition.Limits(
                (int) (request.maxRecords() - records),
                maxBytes - bytes,
                request.shareAcquireMode() == EXACT),
            () -> goOn(() -> woken(partition)),
            new Reply<>() {
              @Override
              public void ok(ShareAcquisition given) {
                goOn(() -> acquired(partition, cursor, given));
              }

              @Override
              public void fail(RuntimeException error) {
                goOn(
                    () -> {
                      partition.failed(WireErrors.ofPartition(error));
                      acquire();
                    });
              }
            });
  }

  private CursorKey cursorOf(Topic topic, int partition) {
    boolean queue = settings.queueCursor() && topic.kind().isQueue();
    return new CursorKey(
        topic.id(), partition, queue ? CursorKey.QUEUE : ShareCursorId.of(session.groupId()));
  }

  private boolean isRecorded(Topic topic) {
    return !topic.kind().isTemporary()
        && broker.catalog().configs().durability(topic) != Durability.MEMORY;
  }

  private void acquired(SharedPartition partition, CursorKey cursor, ShareAcquisition given) {
    if (!given.runs().isEmpty()) {
      partition.acquired(cursor, given);
      session.served(partition.target());
      records += given.records();
      bytes += given.bytes();
    }
    acquire();
  }

  private void decide() {
    if (timeIsUp
        || session.isOver()
        || partitions.isEmpty()
        || records >= request.maxRecords()
        || bytes >= Math.min(request.minBytes(), maxBytes)
        || hasFailed()) {
      read();
      return;
    }
    waiting = true;
    if (timer == null) {
      timer =
          exchange.connection().timers().after(request.maxWaitMs(), () -> guarded(this::timeIsUp));
    }
  }

  private boolean hasFailed() {
    return partitions.values().stream().anyMatch(SharedPartition::hasFailed);
  }

  private void woken(SharedPartition partition) {
    ready.add(partition);
    if (waiting) {
      waiting = false;
      acquire();
    }
  }

  private void timeIsUp() {
    if (!done && !timeIsUp) {
      timeIsUp = true;
      if (waiting) {
        waiting = false;
        read();
      }
    }
  }

  // ---- reading

  private void read() {
    ready.clear();
    for (SharedPartition partition : partitions.values()) {
      partition.ranges().forEach(range -> reads.add(new Read(partition, range)));
    }
    readNext();
  }

  private void readNext() {
    for (Read next = reads.peek(); next != null; next = reads.peek()) {
      CursorKey cursor = next.partition.cursor();
      PartitionView view = cursor == null ? null : broker.partition(cursor.log());
      if (view == null) {
        failed(next, Errors.NOT_LEADER_OR_FOLLOWER);
        continue;
      }
      CompletableFuture<LogSlice> slice =
          view.log().read(next.next, READ_BYTES, next.end).toCompletableFuture();
      if (!slice.isDone()) {
        Read pending = next;
        var unused =
            slice.whenComplete(
                (read, error) ->
                    exchange.loop().execute(() -> guarded(() -> coldRead(pending, view, slice))));
        return;
      }
      took(next, view, slice);
    }
    answer();
  }

  private void coldRead(Read pending, PartitionView view, CompletableFuture<LogSlice> slice) {
    if (done) {
      if (!slice.isCompletedExceptionally()) {
        slice.join().close();
      }
      return;
    }
    took(pending, view, slice);
    readNext();
  }

  private void took(Read read, PartitionView view, CompletableFuture<LogSlice> completed) {
    LogSlice slice;
    try {
      slice = completed.join();
    } catch (RuntimeException e) {
      failed(read, WireErrors.ofPartition(e));
      return;
    }
    read.next = slice.nextOffset();
    if (slice.sizeInBytes() > 0) {
      view.counters().sent(slice.sizeInBytes());
      sentBytes += slice.sizeInBytes();
      read.partition.add(slice);
    } else {
      slice.close();
      read.next = read.next == 0 ? read.end : read.next;
    }
    if (read.next >= read.end) {
      reads.poll();
    }
  }

  private void failed(Read read, Errors error) {
    SharedPartition partition = read.partition;
    reads.removeIf(other -> other.partition == partition);
    giveBack(partition);
    // Where retention took what was just acquired, it is not missed by asking again.
    if (error != Errors.OFFSET_OUT_OF_RANGE) {
      partition.failed(error);
    }
  }

  private void giveBack(SharedPartition partition) {
    CursorKey cursor = partition.cursor();
    if (cursor != null && partition.hasRecords()) {
      broker.cursors().giveBack(cursor, session.consumer(), partition.held());
    }
    partition.reset();
  }

  // ---- the end

  private void answer() {
    finish();
    if (sentBytes > 0) {
      // The records are locked for this member already: it gets them, and waits behind them, but
      // not
      // for so long that it could not say in time what became of them.
      exchange.use(QuotaKey.CONSUMER_BYTE_RATE, (double) sentBytes, settings.lockMs() / 2);
    }
    Map<SharePartition, Errors> acknowledged = acknowledging.errors();
    acknowledged.keySet().forEach(named -> partitions.computeIfAbsent(named, SharedPartition::new));
    LinkedHashMap<TopicIdPartition, PartitionData> answers = new LinkedHashMap<>();
    partitions.forEach(
        (named, partition) -> {
          Errors error = acknowledged.get(named);
          if (error != null || partition.hasFailed() || partition.hasRecords()) {
            answers.put(
                new TopicIdPartition(named.topicId(), named.partition(), null),
                partition.answer(request.batchSize(), error));
          }
        });
    int lockMs = (int) Math.min(Integer.MAX_VALUE, settings.lockMs());
    exchange.reply(ShareFetchResponse.of(Errors.NONE, 0, answers, List.of(), lockMs));
  }

  private void goOn(Runnable next) {
    exchange
        .loop()
        .execute(
            () -> {
              if (!done) {
                guarded(next);
              }
            });
  }

  /** A step that nobody waits for: what it throws is the answer, and not silence. */
  private void guarded(Runnable step) {
    try {
      exchange.work(step);
    } catch (RuntimeException e) {
      if (done) {
        throw e;
      }
      finish();
      partitions.values().forEach(this::giveBack);
      exchange.fail(e);
    }
  }

  /** The connection is closed; its sessions give back what they hold. */
  private void abandon() {
    if (!done) {
      finish();
      partitions.values().forEach(SharedPartition::reset);
      exchange.replyNothing();
    }
  }

  private void finish() {
    done = true;
    waiting = false;
    Timers.Timer running = timer;
    if (running != null) {
      running.cancel();
    }
  }
}
