package io.millrace.server.door.kafka.api;

import io.millrace.log.LogId;
import io.millrace.server.broker.Broker;
import io.millrace.server.partition.PartitionView;
import io.millrace.server.shard.Reply;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Finds out how large partitions are, opening those that are not open, a few at a time. Any thread;
 * used once.
 */
final class PartitionSizes {
  /** Of a partition that could not be opened, or is gone. */
  static final long UNKNOWN = -1;

  /** How many partitions are being opened at once. */
  private static final int LANES = 16;

  private final Broker broker;
  private final List<LogId> partitions;
  private final long[] bytes;
  private final AtomicInteger next = new AtomicInteger();
  private final Tally tally;

  /**
   * Begins.
   *
   * @param whenAll runs once, when all sizes are known, on any thread
   */
  static void of(Broker broker, List<LogId> partitions, Consumer<long[]> whenAll) {
    PartitionSizes sizes = new PartitionSizes(broker, partitions, whenAll);
    for (int i = 0; i < LANES; i++) {
      sizes.new Lane().advance();
    }
  }

  private PartitionSizes(Broker broker, List<LogId> partitions, Consumer<long[]> whenAll) {
    this.broker = broker;
    this.partitions = partitions;
    this.bytes = new long[partitions.size()];
    this.tally = new Tally(LANES, () -> whenAll.accept(bytes));
  }

  /** Looks at one partition after the other. */
  private final class Lane {
    /** Answers not yet followed up: one that comes at once must not call on deeper and deeper. */
    private final AtomicInteger due = new AtomicInteger();

    void advance() {
      if (due.getAndIncrement() == 0) {
        do {
          step();
        } while (due.decrementAndGet() > 0);
      }
    }

    private void step() {
      int index = next.getAndIncrement();
      while (index < bytes.length) {
        PartitionView open = broker.partition(partitions.get(index));
        if (open == null) {
          broker.openPartition(partitions.get(index), opened(index));
          return;
        }
        bytes[index] = open.sizeInBytes();
        index = next.getAndIncrement();
      }
      tally.count();
    }

    private Reply<PartitionView> opened(int index) {
      return new Reply<>() {
        @Override
        public void ok(PartitionView view) {
          bytes[index] = view.sizeInBytes();
          advance();
        }

        @Override
        public void fail(RuntimeException error) {
          bytes[index] = UNKNOWN;
          advance();
        }
      };
    }
  }
}
