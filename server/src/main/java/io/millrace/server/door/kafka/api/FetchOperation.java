package io.millrace.server.door.kafka.api;

import io.millrace.kernel.Timers;
import io.millrace.log.LogId;
import io.millrace.log.LogSlice;
import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.Topic;
import io.millrace.server.door.kafka.fetch.FetchSession;
import io.millrace.server.door.kafka.fetch.FetchSessions;
import io.millrace.server.door.kafka.fetch.FetchTarget;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.partition.Isolation;
import io.millrace.server.partition.OffsetWait;
import io.millrace.server.partition.PartitionView;
import io.millrace.server.quota.QuotaKey;
import io.millrace.server.security.acl.Operation;
import io.millrace.server.security.acl.ResourceType;
import io.millrace.server.shard.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchMetadata;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.jspecify.annotations.Nullable;

/**
 * One fetch, from its request to its response. Runs on the connection's event loop; what it waits
 * for (opening partitions, cold reads, new records) comes back to it there. Time is also up when
 * another request waits behind this one.
 *
 * <pre>
 * OPENING -> READING --enough, an error, or time is up--> DONE
 *    ^          |
 *    |       too little
 *    |          v
 *    +------ WAITING
 * </pre>
 */
final class FetchOperation {
  private final Broker broker;
  private final Exchange exchange;
  private final FetchSessions sessions;
  private final FetchSession session;
  private final FetchRequest request;
  private final Isolation isolation;
  private final int maxBytes;
  private final List<FetchedPartition> partitions = new ArrayList<>();

  /** Which round of reading this is; what comes back for an earlier one is dropped. */
  private int round;

  private int readBytes;
  private boolean timeIsUp;
  private boolean done;
  private List<OffsetWait> waits = List.of();
  private Timers.@Nullable Timer timer;

  FetchOperation(
      Broker broker,
      Exchange exchange,
      FetchSessions sessions,
      FetchSession session,
      FetchRequest request,
      Isolation isolation,
      int maxFetchBytes) {
    this.broker = broker;
    this.exchange = exchange;
    this.sessions = sessions;
    this.session = session;
    this.request = request;
    this.isolation = isolation;
    long quota = Math.max(1, exchange.leftOf(QuotaKey.CONSUMER_BYTE_RATE));
    this.maxBytes = (int) Math.max(0, Math.min(quota, Math.min(request.maxBytes(), maxFetchBytes)));
    this.timeIsUp = request.maxWait() <= 0;
  }

  void start() {
    exchange.onClosed(this::abandon);
    exchange.onHurry(this::timeIsUp);
    for (FetchTarget target : session.targets()) {
      partitions.add(new FetchedPartition(target, isolation));
    }
    open(0);
  }

  // ---- opening

  /** Finds the views of the partitions from this one on. */
  private void open(int first) {
    for (int i = first; i < partitions.size(); i++) {
      FetchedPartition partition = partitions.get(i);
      LogId id;
      try {
        id = idOf(partition.target());
      } catch (ApiException e) {
        partition.failed(e);
        continue;
      }
      PartitionView view = broker.partition(id);
      if (view == null) {
        openThenGoOn(id, i);
        return;
      }
      partition.opened(view);
    }
    readBytes = 0;
    read(0);
  }

  private LogId idOf(FetchTarget target) {
    if (!target.key().topicName().isEmpty()) {
      checkMayRead(target.key().topicName()); // whether it exists or not
    }
    Topic topic = Topics.get(broker.catalog(), target.key().topicId(), target.key().topicName());
    if (target.key().topicName().isEmpty()) {
      checkMayRead(topic.name());
    }
    LogId id = Topics.partition(topic, target.partition());
    target.currentLeaderEpoch().ifPresent(Topics::checkLeaderEpoch);
    return id;
  }

  private void checkMayRead(String topic) {
    if (!exchange.grants().allows(Operation.READ, ResourceType.TOPIC, topic)) {
      throw Errors.TOPIC_AUTHORIZATION_FAILED.exception();
    }
  }

  private void openThenGoOn(LogId id, int index) {
    int thisRound = round;
    broker.openPartition(
        id,
        new Reply<>() {
          @Override
          public void ok(PartitionView view) {
            goOn(thisRound, () -> opened(index, view));
          }

          @Override
          public void fail(RuntimeException error) {
            goOn(
                thisRound,
                () -> {
                  partitions.get(index).failed(error);
                  open(index + 1);
                });
          }
        });
  }

  private void opened(int index, PartitionView view) {
    partitions.get(index).opened(view);
    open(index + 1);
  }

  // ---- reading

  /** Reads the partitions from this one on, as far as the response has room. */
  private void read(int first) {
    for (int i = first; i < partitions.size(); i++) {
      FetchedPartition partition = partitions.get(i);
      int room = Math.min(maxBytes - readBytes, partition.target().maxBytes());
      if (!partition.hasNews() || (readBytes > 0 && room <= 0)) {
        continue;
      }
      CompletableFuture<LogSlice> slice = partition.read(Math.max(1, room)).toCompletableFuture();
      if (!slice.isDone()) {
        int index = i;
        int thisRound = round;
        var unused =
            slice.whenComplete(
                (read, error) ->
                    exchange
                        .loop()
                        .execute(() -> guarded(() -> coldRead(thisRound, index, read, error))));
        return;
      }
      take(partition, slice);
    }
    decide();
  }

  private void coldRead(
      int ofRound, int index, @Nullable LogSlice slice, @Nullable Throwable error) {
    if (done || ofRound != round) {
      if (slice != null) {
        slice.close();
      }
      return;
    }
    if (slice != null) {
      take(partitions.get(index), slice);
    } else if (error != null) {
      partitions.get(index).failed(error);
    }
    read(index + 1);
  }

  private void take(FetchedPartition partition, CompletableFuture<LogSlice> completed) {
    LogSlice slice;
    try {
      slice = completed.join();
    } catch (RuntimeException e) {
      partition.failed(e);
      return;
    }
    take(partition, slice);
  }

  /** Only the first batch of a response may exceed its size (KIP-74). */
  private void take(FetchedPartition partition, LogSlice slice) {
    if (readBytes > 0 && readBytes + (long) slice.sizeInBytes() > maxBytes) {
      slice.close();
      return;
    }
    readBytes += slice.sizeInBytes();
    partition.take(slice);
  }

  private void decide() {
    if (timeIsUp
        || hasFailed()
        || readBytes >= Math.min(request.minBytes(), Math.max(1, maxBytes))
        || partitions.isEmpty()) {
      answer();
    } else {
      await();
    }
  }

  private boolean hasFailed() {
    for (FetchedPartition partition : partitions) {
      if (partition.isDecided()) {
        return true;
      }
    }
    return false;
  }

  // ---- waiting

  /** Waits until any partition has more than was seen, or the time is up. */
  private void await() {
    int thisRound = ++round;
    AtomicBoolean woken = new AtomicBoolean();
    Runnable wake =
        () -> {
          if (woken.compareAndSet(false, true)) {
            goOn(thisRound, this::again);
          }
        };
    if (timer == null) {
      timer =
          exchange.connection().timers().after(request.maxWait(), () -> guarded(this::timeIsUp));
    }
    waits = new ArrayList<>(partitions.size());
    try {
      for (FetchedPartition partition : partitions) {
        waits.add(partition.awaitNews(wake));
        if (woken.get()) {
          return;
        }
      }
    } catch (RuntimeException e) {
      // Too many wait already: the client is answered now, and asks again.
      timeIsUp = true;
      answer();
    }
  }

  private void timeIsUp() {
    if (!done && !timeIsUp) {
      timeIsUp = true;
      if (!waits.isEmpty()) {
        again();
      }
    }
  }

  private void again() {
    round++;
    cancelWaits();
    partitions.forEach(FetchedPartition::reset);
    open(0);
  }

  private void goOn(int ofRound, Runnable next) {
    exchange
        .loop()
        .execute(
            () -> {
              if (!done && ofRound == round) {
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
      partitions.forEach(FetchedPartition::reset);
      exchange.fail(e);
    }
  }

  private void cancelWaits() {
    waits.forEach(OffsetWait::cancel);
    waits = List.of();
  }

  // ---- the end

  private void answer() {
    finish();
    if (readBytes > 0 && !exchange.mayUse(QuotaKey.CONSUMER_BYTE_RATE, readBytes)) {
      answerLater();
      return;
    }
    exchange.reply(new FetchAnswer(session).of(partitions));
  }

  /**
   * Nothing is given to who has to wait; it asks again then (KIP-219). A client that wants to begin
   * a session takes such an answer for none.
   */
  private void answerLater() {
    partitions.forEach(FetchedPartition::reset);
    FetchResponseData empty = new FetchResponseData().setSessionId(session.id());
    if (request.metadata().isFull()) {
      sessions.discard(session);
      empty.setSessionId(FetchMetadata.INVALID_SESSION_ID);
    }
    exchange.reply(FetchResponse.of(empty));
  }

  private void abandon() {
    if (!done) {
      finish();
      partitions.forEach(FetchedPartition::reset);
      exchange.replyNothing();
    }
  }

  private void finish() {
    done = true;
    cancelWaits();
    Timers.Timer running = timer;
    if (running != null) {
      running.cancel();
    }
  }
}
