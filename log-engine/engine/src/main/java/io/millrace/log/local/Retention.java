package io.millrace.log.local;

import io.millrace.kernel.Clock;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.local.format.LogSnapshot;
import io.millrace.log.local.format.SegmentSummary;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Moves the start of logs up when their configuration says that old records may go. Only whole
 * segments count. Belongs to the keeper's agent.
 */
final class Retention {

  /** A segment as retention sees it. */
  private record Piece(long nextOffset, long bytes, long newestMs, boolean growing) {}

  private final Clock clock;
  private final long intervalNs;
  private final Supplier<Collection<LogCore>> openLogs;
  private final Supplier<Collection<LogSnapshot>> otherLogs;
  private final BiConsumer<LogId, Long> moveStart;
  private long nextNs;

  /**
   * @param otherLogs those that nobody has opened since the store started
   * @param moveStart makes a log begin at an offset
   */
  Retention(
      Clock clock,
      LocalStoreConfig config,
      Supplier<Collection<LogCore>> openLogs,
      Supplier<Collection<LogSnapshot>> otherLogs,
      BiConsumer<LogId, Long> moveStart) {
    this.clock = clock;
    this.intervalNs = TimeUnit.MILLISECONDS.toNanos(config.retentionCheckMs());
    this.openLogs = openLogs;
    this.otherLogs = otherLogs;
    this.moveStart = moveStart;
    this.nextNs = clock.nanoTime() + intervalNs;
  }

  long nextDeadlineNs() {
    return nextNs;
  }

  int step() {
    if (clock.nanoTime() - nextNs < 0) {
      return 0;
    }
    nextNs = clock.nanoTime() + intervalNs;
    long nowMs = clock.wallMs();
    int moved = 0;
    for (LogCore log : openLogs.get()) {
      moved += apply(log.id(), log.config(), log.startOffset(), pieces(log), nowMs);
    }
    for (LogSnapshot log : otherLogs.get()) {
      moved += apply(log.id(), log.config(), log.startOffset(), pieces(log), nowMs);
    }
    return moved;
  }

  private int apply(LogId id, LogConfig config, long startOffset, List<Piece> pieces, long nowMs) {
    long newStart = newStart(config, startOffset, pieces, nowMs);
    if (newStart > startOffset) {
      moveStart.accept(id, newStart);
      return 1;
    }
    return 0;
  }

  private static long newStart(LogConfig config, long startOffset, List<Piece> pieces, long nowMs) {
    long bytes = pieces.stream().mapToLong(Piece::bytes).sum();
    long start = startOffset;
    for (Piece piece : pieces) {
      boolean old = config.retentionMs() >= 0 && nowMs - piece.newestMs > config.retentionMs();
      boolean excess =
          config.retentionBytes() >= 0 && bytes - piece.bytes >= config.retentionBytes();
      if (piece.growing || !(old || excess)) {
        break;
      }
      start = piece.nextOffset;
      bytes -= piece.bytes;
    }
    return start;
  }

  private static List<Piece> pieces(LogCore log) {
    List<Piece> pieces = new ArrayList<>();
    if (log.config().retentionMs() < 0 && log.config().retentionBytes() < 0) {
      return pieces;
    }
    // The last segment may go too, when nothing was appended for so long that all of it is old.
    long durable = log.durableOffset();
    long quietEnd = durable == log.endOffset() ? durable : -1;
    var segments = log.segments().list();
    for (int i = 0; i < segments.size(); i++) {
      var segment = segments.get(i);
      // On a full disk a segment may have been written whose records are not durable yet.
      boolean growing =
          segment.nextOffset() > durable
              || (i == segments.size() - 1 && segment.nextOffset() != quietEnd);
      long newest = segment.maxTimestampMs() >= 0 ? segment.maxTimestampMs() : segment.createdMs();
      pieces.add(new Piece(segment.nextOffset(), segment.sizeInBytes(), newest, growing));
    }
    return pieces;
  }

  private static List<Piece> pieces(LogSnapshot log) {
    List<Piece> pieces = new ArrayList<>();
    List<SegmentSummary> segments = log.segments();
    for (int i = 0; i < segments.size(); i++) {
      SegmentSummary segment = segments.get(i);
      long next = i + 1 < segments.size() ? segments.get(i + 1).baseOffset() : log.endOffset();
      long newest = segment.maxTimestampMs() >= 0 ? segment.maxTimestampMs() : segment.createdMs();
      pieces.add(new Piece(next, segment.sizeInBytes(), newest, false));
    }
    return pieces;
  }
}
