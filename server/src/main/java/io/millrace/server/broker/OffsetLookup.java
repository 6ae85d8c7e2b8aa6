package io.millrace.server.broker;

import io.millrace.log.TimestampOffset;
import io.millrace.server.partition.Isolation;
import io.millrace.server.partition.PartitionView;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Finds offsets by time, as Kafka's ListOffsets names them (KIP-79, KIP-734). Any thread. */
public final class OffsetLookup {
  /** The end of what can be read: the offset that the next record gets, or the last stable one. */
  public static final long LATEST = -1;

  /** The first record that is kept. */
  public static final long EARLIEST = -2;

  /** The record with the greatest timestamp. */
  public static final long MAX_TIMESTAMP = -3;

  /** The first record kept on this machine (KIP-405): the same as the earliest. */
  public static final long EARLIEST_LOCAL = -4;

  /** The last record in remote storage (KIP-1005): there is none. */
  public static final long LATEST_TIERED = -5;

  private static final long NO_TIMESTAMP = -1;

  OffsetLookup() {}

  /**
   * Empty when no record answers the question, or the one that does is not below the end of what
   * can be read: as in Kafka, no other is looked for then.
   */
  CompletionStage<Optional<TimestampOffset>> find(
      PartitionView view, long timestampMs, Isolation isolation) {
    // Records that become durable meanwhile may be found, too; only undecided ones must not be.
    long end = view.end(isolation);
    long limit = isolation == Isolation.READ_COMMITTED ? end : Long.MAX_VALUE;
    if (timestampMs == LATEST) {
      return at(end);
    }
    if (timestampMs == EARLIEST || timestampMs == EARLIEST_LOCAL) {
      return at(view.startOffset());
    }
    if (timestampMs == MAX_TIMESTAMP) {
      return below(limit, view.log().maxTimestamp());
    }
    if (timestampMs < 0) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return below(limit, view.log().findTimestamp(timestampMs));
  }

  private static CompletionStage<Optional<TimestampOffset>> below(
      long limit, CompletionStage<Optional<TimestampOffset>> found) {
    return found.thenApply(record -> record.filter(at -> at.offset() < limit));
  }

  private static CompletionStage<Optional<TimestampOffset>> at(long offset) {
    return CompletableFuture.completedFuture(
        Optional.of(new TimestampOffset(NO_TIMESTAMP, offset)));
  }
}
