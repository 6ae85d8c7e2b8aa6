package io.millrace.log.local.recovery;

import io.millrace.kernel.Clock;
import io.millrace.log.LogId;
import io.millrace.log.file.FileSystem;
import io.millrace.log.local.journal.ClosedFile;
import io.millrace.log.local.journal.JournalFiles;
import io.millrace.log.local.journal.JournalSlot;
import io.millrace.log.local.manifest.Manifest;
import io.millrace.log.local.segment.FileCache;
import io.millrace.log.local.segment.LogSegments;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs the passes over a data directory that was taken. */
public final class Recovery {

  /**
   * What was found.
   *
   * @param logs those whose end was recovered; of the others the manifest says everything
   * @param deleted logs of which files may be left
   * @param lastSequence of the journal's newest file
   * @param lastEnd where the newest file's entries end
   * @param report lines for people
   */
  public record Outcome(
      Map<LogId, RecoveredLog> logs,
      Set<LogId> deleted,
      long lastSequence,
      long lastEnd,
      List<String> report) {}

  private final FileSystem files;
  private final Clock clock;
  private final FileCache cache;
  private final long producerExpiryMs;

  public Recovery(FileSystem files, Clock clock, FileCache cache, long producerExpiryMs) {
    this.files = files;
    this.clock = clock;
    this.cache = cache;
    this.producerExpiryMs = producerExpiryMs;
  }

  /**
   * Recovers what the manifest's last checkpoint does not cover.
   *
   * @param journal gets the journal's files
   */
  public Outcome recover(Manifest manifest, JournalFiles journal) throws IOException {
    List<String> report = new ArrayList<>();
    report.add(
        "manifest: " + manifest.logs().size() + " logs, " + manifest.sizeInBytes() + " bytes");
    long nowMs = clock.wallMs();
    JournalScan scan = new ScanJournal(files, manifest.firstJournalSequence(), report).scan();
    for (JournalSlot slot : scan.free()) {
      journal.addFree(slot);
    }
    for (ClosedFile file : scan.files()) {
      journal.addClosed(file);
    }
    Map<LogId, LogTail> tails =
        new CutTornTails(manifest, cache, producerExpiryMs, nowMs, report).cut(scan);
    if (!tails.isEmpty()) {
      new ReapplyJournal(tails, nowMs, report).apply(scan);
      syncUncovered(tails, report);
    }
    Map<LogId, RecoveredLog> logs = new HashMap<>();
    tails.forEach((id, tail) -> logs.put(id, tail.toRecovered()));
    Set<LogId> deleted = new HashSet<>(manifest.deleted());
    scan.traces().values().stream()
        .filter(LogTrace::isDeleted)
        .forEach(trace -> deleted.add(trace.id()));
    return new Outcome(logs, deleted, scan.lastSequence(), scan.lastEnd(), report);
  }

  /**
   * Pass 6: what was found in segments and nowhere else is going to count, so it must not be in the
   * operating system's memory only.
   */
  private static void syncUncovered(Map<LogId, LogTail> tails, List<String> report)
      throws IOException {
    int synced = 0;
    for (LogTail tail : tails.values()) {
      if (!tail.isDamaged() && tail.isUncovered()) {
        LogSegments.SyncTask task = tail.segments().beginSync();
        tail.segments().sync(task);
        synced++;
      }
    }
    if (synced > 0) {
      report.add("segments: synced the ends of " + synced + " logs");
    }
  }
}
