package io.millrace.server.door.kafka.api;

import io.millrace.log.LogSlice;
import io.millrace.server.cursor.CursorKey;
import io.millrace.server.cursor.OffsetRun;
import io.millrace.server.cursor.ShareAcquisition;
import io.millrace.server.door.kafka.share.SharePartition;
import io.millrace.server.door.kafka.wire.SlicesRecords;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.common.message.ShareFetchResponseData.AcquiredRecords;
import org.apache.kafka.common.message.ShareFetchResponseData.LeaderIdAndEpoch;
import org.apache.kafka.common.message.ShareFetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.jspecify.annotations.Nullable;

/**
 * What one fetch of a share group's member is given from one partition. Used on the connection's
 * event loop only.
 */
final class SharedPartition {
  private final SharePartition target;
  private final List<ShareAcquisition.Run> acquired = new ArrayList<>();
  private final List<LogSlice> slices = new ArrayList<>();
  private @Nullable CursorKey cursor;
  private Errors error = Errors.NONE;

  SharedPartition(SharePartition target) {
    this.target = target;
  }

  SharePartition target() {
    return target;
  }

  void failed(Errors why) {
    error = why;
  }

  boolean hasFailed() {
    return error != Errors.NONE;
  }

  void acquired(CursorKey from, ShareAcquisition given) {
    cursor = from;
    acquired.addAll(given.runs());
    acquired.sort(Comparator.comparingLong(ShareAcquisition.Run::first));
  }

  boolean hasRecords() {
    return !acquired.isEmpty();
  }

  @Nullable CursorKey cursor() {
    return cursor;
  }

  /** What the member holds. */
  List<OffsetRun> held() {
    return acquired.stream().map(run -> new OffsetRun(run.first(), run.last())).toList();
  }

  /** The ranges of the log that have what was acquired, in whole batches, ascending. */
  List<OffsetRun> ranges() {
    List<OffsetRun> ranges = new ArrayList<>();
    long first = -1;
    long last = -1;
    for (ShareAcquisition.Run run : acquired) {
      if (first >= 0 && run.batchFirst() <= last + 1) {
        last = Math.max(last, run.batchLast());
        continue;
      }
      if (first >= 0) {
        ranges.add(new OffsetRun(first, last));
      }
      // Its batch may begin before the log by now.
      first = run.first();
      last = run.batchLast();
    }
    if (first >= 0) {
      ranges.add(new OffsetRun(first, last));
    }
    return ranges;
  }

  void add(LogSlice slice) {
    slices.add(slice);
  }

  /** Nothing is told of what was acquired. */
  void reset() {
    slices.forEach(LogSlice::close);
    slices.clear();
    acquired.clear();
  }

  /** The answer, which takes over what was read. */
  PartitionData answer(int batchSize, @Nullable Errors acknowledged) {
    PartitionData answer =
        new PartitionData()
            .setPartitionIndex(target.partition())
            .setErrorCode(error.code())
            .setErrorMessage(error == Errors.NONE ? null : error.message())
            .setRecords(MemoryRecords.EMPTY)
            .setCurrentLeader(new LeaderIdAndEpoch().setLeaderId(-1).setLeaderEpoch(-1));
    if (acknowledged != null && acknowledged != Errors.NONE) {
      answer
          .setAcknowledgeErrorCode(acknowledged.code())
          .setAcknowledgeErrorMessage(acknowledged.message());
    }
    if (hasRecords()) {
      answer.setRecords(new SlicesRecords(slices)).setAcquiredRecords(ranges(batchSize));
      slices.clear();
    }
    return answer;
  }

  /** Neighbours with like counts together, cut between batches where they are as many as wanted. */
  private List<AcquiredRecords> ranges(int batchSize) {
    List<AcquiredRecords> ranges = new ArrayList<>();
    AcquiredRecords open = null;
    for (ShareAcquisition.Run run : acquired) {
      boolean goesOn =
          open != null
              && open.lastOffset() + 1 == run.first()
              && open.deliveryCount() == (short) run.deliveryCount();
      boolean full =
          open != null
              && batchSize > 0
              && run.first() == run.batchFirst()
              && run.last() - open.firstOffset() >= batchSize;
      if (goesOn && !full && open != null) {
        open.setLastOffset(run.last());
      } else {
        open =
            new AcquiredRecords()
                .setFirstOffset(run.first())
                .setLastOffset(run.last())
                .setDeliveryCount((short) Math.min(run.deliveryCount(), Short.MAX_VALUE));
        ranges.add(open);
      }
    }
    return ranges;
  }
}
