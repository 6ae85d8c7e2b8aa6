package io.millrace.server.tx;

import io.millrace.batch.RecordBatchView;
import io.millrace.kernel.Failures;
import io.millrace.log.AppendOptions;
import io.millrace.log.AppendResult;
import io.millrace.log.LogId;
import io.millrace.server.catalog.CatalogException;
import io.millrace.server.partition.Partitions;
import io.millrace.server.shard.Machines;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Appends decided batches to one partition, in the order of their sequences: one append is under
 * way at a time, and takes with it what was decided meanwhile. What fails is tried again for as
 * long as the topic exists; the partition knows what it has by producer and sequence. The
 * coordinating shard's thread.
 */
final class LogApplier {
  /** Below the ids given to clients, which are 0 or more and far from here. */
  private static final long PRODUCER_IDS = 1L << 62;

  /** As a client's append, but taken from the store's reserve: the promise is already made. */
  private static final AppendOptions OPTIONS = new AppendOptions(0, -1, true, true);

  private record Item(TxDecided.Send send, Runnable done) {}

  private final LogId log;
  private final Shard<Machines> coordinator;
  private final Shard<Machines> owner;
  private final TxConfig config;
  private final Deque<Item> queue = new ArrayDeque<>();
  private List<Item> underWay = List.of();

  /** After a failure it is not known what the partition has: batches go one by one. */
  private boolean careful;

  private boolean pausing;
  private boolean closed;

  LogApplier(LogId log, Shard<Machines> coordinator, Shard<Machines> owner, TxConfig config) {
    this.log = log;
    this.coordinator = coordinator;
    this.owner = owner;
    this.config = config;
  }

  /** The producer that a shard's transactions appear as. */
  static long producerId(int shard) {
    return PRODUCER_IDS + shard;
  }

  /**
   * Appends a batch behind those before.
   *
   * @param again whether the partition may have it already
   * @param done told when it is durable, or the topic is gone
   */
  void add(TxDecided.Send send, boolean again, Runnable done) {
    careful |= again;
    queue.add(new Item(send, done));
    next();
  }

  boolean isIdle() {
    return queue.isEmpty() && underWay.isEmpty();
  }

  void close() {
    closed = true;
    queue.clear();
  }

  private void next() {
    if (closed || pausing || !underWay.isEmpty() || queue.isEmpty()) {
      if (queue.isEmpty() && underWay.isEmpty()) {
        careful = false;
      }
      return;
    }
    List<Item> taken = new ArrayList<>();
    int bytes = 0;
    Item first;
    while ((first = queue.peek()) != null
        && (taken.isEmpty()
            || (!careful && bytes + first.send.batch().remaining() <= config.applyBytes()))) {
      taken.add(queue.remove());
      bytes += first.send.batch().remaining();
    }
    underWay = taken;
    ByteBuffer stamped = stamp(taken, bytes);
    owner.handle(
        state -> state.get(Partitions.class).append(log, stamped, OPTIONS, answer()), answer());
  }

  private ByteBuffer stamp(List<Item> items, int bytes) {
    ByteBuffer copy = ByteBuffer.allocate(bytes);
    RecordBatchView view = new RecordBatchView();
    for (Item item : items) {
      int at = copy.position();
      ByteBuffer batch = item.send.batch();
      copy.put(at, batch, batch.position(), batch.remaining());
      copy.position(at + batch.remaining());
      view.wrap(copy, at)
          .setProducer(producerId(coordinator.id()), (short) 0, item.send.sequence());
    }
    return copy.flip();
  }

  private Reply<AppendResult> answer() {
    return new Reply<>() {
      @Override
      public void ok(AppendResult response) {
        coordinator.event(LogApplier.this::appended);
      }

      @Override
      public void fail(RuntimeException error) {
        coordinator.event(() -> failed(error));
      }
    };
  }

  private void appended() {
    if (closed) {
      return;
    }
    List<Item> done = underWay;
    underWay = List.of();
    done.forEach(item -> item.done.run());
    next();
  }

  private void failed(RuntimeException error) {
    if (closed) {
      return;
    }
    if (error instanceof CatalogException) {
      // The topic was deleted after the decision: what was sent to it is gone with it.
      appended();
      return;
    }
    Failures.report("applying transactions to partition " + log, error);
    careful = true;
    List<Item> again = underWay;
    underWay = List.of();
    for (int i = again.size() - 1; i >= 0; i--) {
      queue.addFirst(again.get(i));
    }
    pausing = true;
    coordinator
        .timers()
        .after(
            config.retryMs(),
            () -> {
              pausing = false;
              next();
            });
  }
}
