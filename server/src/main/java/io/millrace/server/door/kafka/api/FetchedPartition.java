package io.millrace.server.door.kafka.api;

import io.millrace.log.AbortedTransaction;
import io.millrace.log.LogSlice;
import io.millrace.server.door.kafka.fetch.FetchTarget;
import io.millrace.server.door.kafka.wire.SliceRecords;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.partition.Isolation;
import io.millrace.server.partition.OffsetWait;
import io.millrace.server.partition.PartitionView;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.FetchResponse;
import org.jspecify.annotations.Nullable;

/** What one fetch finds in one partition. Used on the connection's event loop only. */
final class FetchedPartition {
  private static final OffsetWait NO_WAIT = () -> false;

  private final FetchTarget target;
  private final Isolation isolation;
  private Errors error = Errors.NONE;

  /** Whether the client has fetched what is not there. */
  private boolean diverges;

  private @Nullable PartitionView view;
  private @Nullable LogSlice slice;

  /** The offsets as this fetch sees them: the same for what it reads, says and waits for. */
  private long highWatermark = FetchResponse.INVALID_HIGH_WATERMARK;

  private long lastStableOffset = FetchResponse.INVALID_LAST_STABLE_OFFSET;

  FetchedPartition(FetchTarget target, Isolation isolation) {
    this.target = target;
    this.isolation = isolation;
  }

  FetchTarget target() {
    return target;
  }

  void opened(PartitionView opened) {
    view = opened;
    // In this order, so that it is not above the high watermark.
    lastStableOffset = opened.lastStableOffset();
    highWatermark = opened.highWatermark();
    long offset = target.fetchOffset();
    int epoch = target.lastFetchedEpoch().orElse(Node.LEADER_EPOCH);
    if (offset < opened.startOffset() || epoch > Node.LEADER_EPOCH) {
      error = Errors.OFFSET_OUT_OF_RANGE;
    } else if (offset > highWatermark) {
      // Who says what it has fetched is told where that ends here, and goes back to it.
      diverges = target.lastFetchedEpoch().isPresent();
      error = diverges ? Errors.NONE : Errors.OFFSET_OUT_OF_RANGE;
    }
  }

  /** Whether there is something to say that no waiting changes. */
  boolean isDecided() {
    return hasFailed() || diverges;
  }

  void failed(Throwable failure) {
    error = WireErrors.ofPartition(failure);
  }

  boolean hasFailed() {
    return error != Errors.NONE;
  }

  /** Whether there are records to read. */
  boolean hasNews() {
    return view != null && error == Errors.NONE && target.fetchOffset() < end();
  }

  /** Records below can be read. */
  private long end() {
    return isolation == Isolation.READ_COMMITTED ? lastStableOffset : highWatermark;
  }

  CompletionStage<LogSlice> read(int maxBytes) {
    return opened().log().read(target.fetchOffset(), maxBytes, end());
  }

  void take(LogSlice read) {
    slice = read;
  }

  /** Calls back when there is more than this fetch has seen. */
  OffsetWait awaitNews(Runnable callback) {
    return view == null ? NO_WAIT : opened().await(end(), isolation, callback);
  }

  private PartitionView opened() {
    PartitionView open = view;
    if (open == null) {
      throw new IllegalStateException("partition " + target.key() + " is not open");
    }
    return open;
  }

  /** Forgets what was found, and lets go of what was read. */
  void reset() {
    LogSlice unused = slice;
    if (unused != null) {
      unused.close();
    }
    slice = null;
    view = null;
    diverges = false;
    error = Errors.NONE;
    highWatermark = FetchResponse.INVALID_HIGH_WATERMARK;
    lastStableOffset = FetchResponse.INVALID_LAST_STABLE_OFFSET;
  }

  /** The answer for this partition, which takes over what was read. */
  PartitionData answer() {
    PartitionData answer =
        new PartitionData()
            .setPartitionIndex(target.partition())
            .setErrorCode(error.code())
            .setHighWatermark(FetchResponse.INVALID_HIGH_WATERMARK)
            .setRecords(MemoryRecords.EMPTY)
            .setAbortedTransactions(isolation == Isolation.READ_COMMITTED ? List.of() : null);
    PartitionView open = view;
    if (open == null) {
      return answer;
    }
    answer.setLogStartOffset(open.startOffset());
    if (error == Errors.NONE || error == Errors.OFFSET_OUT_OF_RANGE) {
      answer.setHighWatermark(highWatermark).setLastStableOffset(lastStableOffset);
    }
    if (diverges) {
      answer.setDivergingEpoch(
          new FetchResponseData.EpochEndOffset()
              .setEpoch(Node.LEADER_EPOCH)
              .setEndOffset(highWatermark));
    }
    LogSlice read = slice;
    slice = null;
    if (read != null && error == Errors.NONE && read.sizeInBytes() > 0) {
      open.counters().sent(read.sizeInBytes());
      if (isolation == Isolation.READ_COMMITTED) {
        answer.setAbortedTransactions(abortedAmong(open, read));
        if (open.startOffset() > target.fetchOffset()) {
          // Deleted meanwhile, and perhaps what was aborted of it is forgotten already.
          read.close();
          return answer
              .setErrorCode(Errors.OFFSET_OUT_OF_RANGE.code())
              .setAbortedTransactions(List.of());
        }
      }
      answer.setRecords(new SliceRecords(read));
    } else if (read != null) {
      read.close();
    }
    return answer;
  }

  /** The aborted transactions with records in a slice, in the order in which clients meet them. */
  private List<FetchResponseData.AbortedTransaction> abortedAmong(
      PartitionView open, LogSlice read) {
    return open.log().abortedTransactions(target.fetchOffset(), read.nextOffset()).stream()
        .sorted(Comparator.comparingLong(AbortedTransaction::firstOffset))
        .map(
            aborted ->
                new FetchResponseData.AbortedTransaction()
                    .setProducerId(aborted.producerId())
                    .setFirstOffset(aborted.firstOffset()))
        .toList();
  }
}
