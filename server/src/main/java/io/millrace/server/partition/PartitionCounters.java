package io.millrace.server.partition;

import java.util.concurrent.atomic.LongAdder;

/** What went through a partition since it was opened. Any thread. */
public final class PartitionCounters {
  private final LongAdder recordsIn = new LongAdder();
  private final LongAdder bytesIn = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();

  void appended(long records, int bytes) {
    recordsIn.add(records);
    bytesIn.add(bytes);
  }

  /** Says that a client was sent bytes of this partition's batches. */
  public void sent(long bytes) {
    bytesOut.add(bytes);
  }

  public long recordsIn() {
    return recordsIn.sum();
  }

  public long bytesIn() {
    return bytesIn.sum();
  }

  public long bytesOut() {
    return bytesOut.sum();
  }
}
