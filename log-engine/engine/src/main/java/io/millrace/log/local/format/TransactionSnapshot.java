package io.millrace.log.local.format;

import io.millrace.log.AbortedTransaction;
import java.util.List;

/**
 * What the manifest says of the transactions of one log.
 *
 * @param open in the order of their first offsets
 * @param aborted in the order in which they ended
 */
public record TransactionSnapshot(List<Open> open, List<AbortedTransaction> aborted) {
  /** Of a log without transactions. */
  public static final TransactionSnapshot NONE = new TransactionSnapshot(List.of(), List.of());

  public TransactionSnapshot {
    open = List.copyOf(open);
    aborted = List.copyOf(aborted);
  }

  public boolean isEmpty() {
    return open.isEmpty() && aborted.isEmpty();
  }

  /** A transaction that no marker has ended, and the offset of its first record. */
  public record Open(long producerId, long firstOffset) {}
}
