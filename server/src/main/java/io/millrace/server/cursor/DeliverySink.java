package io.millrace.server.cursor;

import java.util.List;

/**
 * Where a consumer's messages go. Methods are called on the threads of the shards whose partitions
 * it reads, in order for each partition, and must return quickly.
 */
public interface DeliverySink {

  void deliver(List<DeliveredRun> messages);

  /** A browser has seen all of a partition that was there when it began. */
  void onEnd(int partition);

  /**
   * Nothing more comes: {@link CursorClosedException} when the destination or the cursor is gone,
   * another exception when the shard has stopped and the consumer may come back.
   */
  void onClosed(RuntimeException why);
}
