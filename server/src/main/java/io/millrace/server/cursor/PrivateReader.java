package io.millrace.server.cursor;

import io.millrace.kernel.Failures;
import io.millrace.log.Log;
import io.millrace.log.LogId;
import io.millrace.log.OffsetOutOfRangeException;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads one partition for one consumer that takes nothing from anyone: a browser, which looks at
 * what a queue has not settled and ends where the log ended when it began, or a non-durable
 * subscription, which goes on for ever. For both the log ends at its last stable offset. Keeps a
 * position and nothing else. The shard's thread.
 */
public final class PrivateReader implements CursorLogs.Listener, BlockSource.Listener {

  /**
   * What is to be read.
   *
   * @param log the partition
   * @param browsed the cursor whose settled messages a browser leaves out; null for a subscription
   * @param position where to begin; -1 for the usual place: a browser's is the start, a
   *     subscription's the end
   * @param without says of which producers' messages are left out; asked again for each block
   */
  public record Spec(
      LogId log, @Nullable CursorKey browsed, long position, LongPredicate without) {}

  private final Shard<?> shard;
  private final CursorConfig config;
  private final CursorLogs logs;
  private final Spec spec;
  private final CursorConsumer consumer;
  private final @Nullable Supplier<CursorState> browsed;
  private final BlockSource source;
  private final Deque<RecordBlock> blocks = new ArrayDeque<>();
  private final List<Reply<Void>> polls = new ArrayList<>();
  private @Nullable Reply<Long> opening;
  private @Nullable Log log;
  private long position = -1;
  private long stableOffset;
  private long end = Long.MAX_VALUE;
  private boolean pausing;
  private boolean closed;
  private boolean ended;

  PrivateReader(
      Shard<?> shard,
      CursorConfig config,
      CursorLogs logs,
      Spec spec,
      CursorConsumer consumer,
      @Nullable Supplier<CursorState> browsed) {
    this.shard = shard;
    this.config = config;
    this.logs = logs;
    this.spec = spec;
    this.consumer = consumer;
    this.browsed = browsed;
    this.source = new BlockSource(shard, logs.blocking(), config, this);
  }

  /** Begins; the reply gets the position. */
  void open(Reply<Long> reply) {
    opening = reply;
    logs.open(spec.log(), this);
  }

  @Override
  public void onOpen(Log opened) {
    log = opened;
    source.open(opened);
    stableOffset = opened.stableOffset();
    boolean browser = spec.browsed() != null;
    if (position < 0) {
      position = spec.position() >= 0 ? spec.position() : browser ? 0 : stableOffset;
      position = Math.min(position, stableOffset);
      end = browser ? stableOffset : Long.MAX_VALUE;
    }
    position = Math.max(position, opened.startOffset());
    Reply<Long> waiting = opening;
    if (waiting != null) {
      opening = null;
      waiting.ok(position);
    }
    advance();
  }

  @Override
  public void onAdvance(long newStableOffset) {
    stableOffset = Math.max(stableOffset, newStableOffset);
    advance();
  }

  /** Delivers what can be delivered. */
  public void advance() {
    if (closed || log == null) {
      return;
    }
    List<DeliveredRun> out = new ArrayList<>();
    while (consumer.available() > 0) {
      RecordBlock block = blocks.peek();
      if (block != null) {
        deliver(block, out);
        if (position > block.lastOffset()) {
          blocks.remove();
        }
      } else if (!readMore()) {
        break;
      }
    }
    if (!out.isEmpty()) {
      consumer.sink().deliver(out);
    }
    if (position >= end && !ended) {
      ended = true;
      consumer.sink().onEnd(spec.log().index());
    }
    answerPolls();
  }

  /** Returns whether there are more blocks now. */
  private boolean readMore() {
    if (pausing || source.isReading() || position >= Math.min(stableOffset, end)) {
      return false;
    }
    List<RecordBlock> read = source.read(position, config.readBytes(), Math.min(stableOffset, end));
    if (read == null) {
      return false;
    }
    blocks.addAll(read);
    return !read.isEmpty();
  }

  /** Delivers of a block as much as credit allows, and moves the position. */
  private void deliver(RecordBlock block, List<DeliveredRun> out) {
    long nowMs = shard.clock().wallMs();
    long last = Math.min(block.lastOffset(), end - 1);
    position = Math.max(position, block.isGap() ? block.lastOffset() + 1 : block.baseOffset());
    while (position <= last) {
      if (!isVisible(block, position, nowMs)) {
        position++;
        continue;
      }
      long to = position;
      while (to < last && isVisible(block, to + 1, nowMs)) {
        to++;
      }
      int credit = consumer.take((int) (to - position + 1));
      if (credit == 0) {
        return;
      }
      to = position + credit - 1;
      out.add(
          new DeliveredRun(
              spec.log().index(),
              block.baseOffset(),
              block.baseTimestamp(),
              block.appendTime(),
              position,
              to,
              credit,
              null,
              block.records(position, to)));
      position = to + 1;
    }
    position = Math.max(position, block.lastOffset() + 1);
  }

  private boolean isVisible(RecordBlock block, long offset, long nowMs) {
    return block.has(offset)
        && !spec.without().test(block.producerId())
        && !Backlog.isExpired(block, offset, nowMs)
        && (browsed == null
            || (!browsed.get().isSettled(offset) && block.deliveryTime(offset) <= nowMs));
  }

  /** Answers when all that is there now and that credit allows has been delivered. */
  public void poll(Reply<Void> reply) {
    polls.add(reply);
    advance();
  }

  @SuppressWarnings("NullAway") // A reply of Void can only be null.
  private void answerPolls() {
    if (!polls.isEmpty()
        && (consumer.available() == 0
            || (blocks.isEmpty() && position >= Math.min(stableOffset, end)))) {
      List<Reply<Void>> answered = List.copyOf(polls);
      polls.clear();
      answered.forEach(reply -> reply.ok(null));
    }
  }

  @Override
  public void onBlocks(List<RecordBlock> read) {
    blocks.addAll(read);
    if (read.isEmpty()) {
      pause();
    } else {
      advance();
    }
  }

  @Override
  public void onReadFailed(Throwable cause) {
    Throwable reason =
        cause instanceof CompletionException && cause.getCause() != null ? cause.getCause() : cause;
    Log open = log;
    if (reason instanceof OffsetOutOfRangeException
        && open != null
        && open.startOffset() > position) {
      position = open.startOffset();
      advance();
      return;
    }
    Failures.report("reading partition " + spec.log(), reason);
    pause();
  }

  private void pause() {
    pausing = true;
    shard
        .timers()
        .after(
            config.retryMs(),
            () -> {
              pausing = false;
              advance();
            });
  }

  @Override
  public void onDeleted() {
    fail(new CursorClosedException("the destination was deleted"));
  }

  /** Ends it, telling the consumer why. */
  void fail(RuntimeException reason) {
    if (!closed) {
      Reply<Long> waiting = opening;
      opening = null;
      if (waiting != null) {
        waiting.fail(reason);
      } else {
        consumer.sink().onClosed(reason);
      }
      close();
    }
  }

  /** Ends it at the consumer's wish. */
  @SuppressWarnings("NullAway") // A reply of Void can only be null.
  void close() {
    if (!closed) {
      closed = true;
      logs.close(spec.log(), this);
      source.close();
      blocks.clear();
      polls.forEach(reply -> reply.ok(null));
      polls.clear();
    }
  }
}
