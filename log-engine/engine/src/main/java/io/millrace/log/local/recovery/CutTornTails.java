package io.millrace.log.local.recovery;

import io.millrace.log.CorruptLogException;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.local.format.LogSnapshot;
import io.millrace.log.local.manifest.Manifest;
import io.millrace.log.local.producer.ProducerTable;
import io.millrace.log.local.segment.FileCache;
import io.millrace.log.local.segment.LogSegments;
import io.millrace.log.local.segment.SegmentRecovery;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Pass 4: for each log that the journal mentions, verifies what its segments have behind the last
 * checkpoint, and cuts at the first batch that is not whole. Other logs are not touched.
 */
final class CutTornTails {
  private final Manifest manifest;
  private final FileCache cache;
  private final long producerExpiryMs;
  private final long nowMs;
  private final List<String> report;

  CutTornTails(
      Manifest manifest, FileCache cache, long producerExpiryMs, long nowMs, List<String> report) {
    this.manifest = manifest;
    this.cache = cache;
    this.producerExpiryMs = producerExpiryMs;
    this.nowMs = nowMs;
    this.report = report;
  }

  Map<LogId, LogTail> cut(JournalScan journal) throws IOException {
    Map<LogId, LogTail> tails = new HashMap<>();
    long cutBytes = 0;
    for (LogTrace trace : journal.traces().values()) {
      if (trace.isDeleted() || manifest.deleted().contains(trace.id())) {
        continue;
      }
      LogSnapshot snapshot = manifest.find(trace.id());
      LogConfig config = trace.config();
      if (snapshot == null) {
        if (config == null) {
          throw new CorruptLogException(
              "the journal has batches of log " + trace.id() + ", which nothing else mentions");
        }
        snapshot = LogSnapshot.empty(trace.id(), config);
      }
      LogTail tail = prepare(trace, snapshot);
      tails.put(trace.id(), tail);
      cutBytes += tail.isDamaged() ? 0 : scan(tail);
    }
    if (cutBytes > 0) {
      report.add("segments: cut " + cutBytes + " bytes that were not completely written");
    }
    return tails;
  }

  private LogTail prepare(LogTrace trace, LogSnapshot snapshot) {
    ProducerTable producers = new ProducerTable(producerExpiryMs);
    producers.restore(snapshot.producers());
    producers.transactions().restore(snapshot.transactions(), snapshot.endOffset());
    LogSegments segments =
        new LogSegments(
            cache, RecoveredLog.directory(trace.id()), snapshot.segments(), snapshot.endOffset());
    LogTail tail = new LogTail(trace, snapshot, segments, producers, nowMs);
    if (snapshot.damaged()) {
      tail.damaged(
          new CorruptLogException("log " + trace.id() + " was found to have lost durable records"));
    }
    tail.configured(Objects.requireNonNullElse(trace.config(), snapshot.config()));
    return tail;
  }

  private long scan(LogTail tail) throws IOException {
    SegmentRecovery recovery =
        new SegmentRecovery(
            cache, tail.segments(), tail.startOffset(), tail.syncedOffset(), nowMs, tail::remember);
    try {
      long cut = recovery.recover();
      tail.scannedTo(tail.segments().endOffset());
      // What lies below the start may end before it, where a power loss took records that were
      // deleted: nothing may be appended to that.
      tail.segments().removeBelow(Math.min(tail.startOffset(), tail.checkpointOffset()));
      return cut;
    } catch (CorruptLogException e) {
      tail.damaged(e);
      report.add("log " + tail.id() + " is damaged: " + e.getMessage());
      return 0;
    }
  }
}
