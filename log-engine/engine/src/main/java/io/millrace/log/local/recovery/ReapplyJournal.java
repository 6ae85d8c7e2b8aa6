package io.millrace.log.local.recovery;

import io.millrace.batch.RecordBatchView;
import io.millrace.log.CorruptLogException;
import io.millrace.log.LogId;
import io.millrace.log.file.NoSpaceException;
import io.millrace.log.local.format.Checksums;
import io.millrace.log.local.format.JournalFormat;
import io.millrace.log.local.journal.ClosedFile;
import io.millrace.log.local.segment.GatherBuffer;
import io.millrace.log.local.segment.LogBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Pass 5: writes to the segments what the journal has and they have not. A gap between the two
 * means that durable records are lost: the log is reported as damaged and is not opened.
 */
final class ReapplyJournal {
  private static final int STAGE_BYTES = 1 << 20;
  private static final int CHUNK_BYTES = 1 << 20;

  private final Map<LogId, LogTail> tails;
  private final long nowMs;
  private final List<String> report;
  private final GatherBuffer gather = new GatherBuffer(STAGE_BYTES);
  private final Map<LogTail, List<LogBatch>> waiting = new HashMap<>();
  private final Map<LogTail, Long> ends = new HashMap<>();
  private long waitingBytes;
  private long applied;
  private @Nullable NoSpaceException full;

  ReapplyJournal(Map<LogId, LogTail> tails, long nowMs, List<String> report) {
    this.tails = tails;
    this.nowMs = nowMs;
    this.report = report;
  }

  void apply(JournalScan journal) throws IOException {
    for (ClosedFile file : journal.files()) {
      ByteBuffer bytes = ScanJournal.load(file.slot());
      Checksums checksums = new Checksums();
      int salt = JournalFormat.fileSalt(bytes);
      int at = JournalFormat.FILE_HEADER_BYTES;
      while (at < file.endPosition()) {
        if (!JournalFormat.isEntry(bytes, at, file.sequence(), salt, checksums)) {
          throw new CorruptLogException(file.slot().path() + " changed while it was read");
        }
        LogTail tail = tails.get(JournalFormat.log(bytes, at));
        if (tail != null && !tail.isDamaged()) {
          apply(tail, bytes, at);
        }
        at += JournalFormat.entryBytes(JournalFormat.bodyLength(bytes, at));
      }
      // The batches share the memory of the file: written before the next one is read.
      writeWaiting();
    }
    for (LogTail tail : tails.values()) {
      if (!tail.isDamaged()) {
        tail.moveStart();
        refuseLostEnd(tail);
      }
    }
    report.add("journal: " + applied + " batches were written to their segments again");
    if (full != null) {
      report.add(
          "the disk is full: what could not be written stays in the journal and in memory until some"
              + " space is freed ("
              + full.getMessage()
              + ")");
    }
  }

  /** The journal says how far the segments were synced: less is damage, and no torn write. */
  private void refuseLostEnd(LogTail tail) {
    long end = tail.endOffset();
    if (end < tail.syncedOffset()) {
      lost(tail, end, tail.syncedOffset());
    }
  }

  private void lost(LogTail tail, long from, long to) {
    CorruptLogException damage =
        new CorruptLogException(
            "log "
                + tail.id()
                + " has lost its records from offset "
                + from
                + " to "
                + to
                + ", which were durable");
    tail.damaged(damage);
    report.add(String.valueOf(damage.getMessage()));
  }

  private void apply(LogTail tail, ByteBuffer bytes, int at) throws IOException {
    if (JournalFormat.entryType(bytes, at) == JournalFormat.TYPE_BATCH) {
      addBatch(tail, JournalFormat.body(bytes, at));
    }
    // The other entries were taken over when the journal was scanned.
  }

  private void addBatch(LogTail tail, ByteBuffer body) throws IOException {
    RecordBatchView batch = new RecordBatchView().wrap(body, 0);
    long end = ends.computeIfAbsent(tail, any -> tail.segments().endOffset());
    if (batch.nextOffset() <= end) {
      tail.rememberEarlier(batch);
      return;
    }
    if (batch.baseOffset() > end && batch.baseOffset() <= tail.startOffset()) {
      // What lies between was deleted, and so were its files.
      end = batch.baseOffset();
    }
    if (batch.baseOffset() != end) {
      lost(tail, end, batch.baseOffset());
      return;
    }
    tail.remember(batch);
    waiting
        .computeIfAbsent(tail, any -> new ArrayList<>())
        .add(new LogBatch(batch.slice(), end, batch.nextOffset(), batch.maxTimestamp(), nowMs));
    ends.put(tail, batch.nextOffset());
    applied++;
    waitingBytes += batch.sizeInBytes();
    if (waitingBytes > CHUNK_BYTES) {
      writeWaiting();
    }
  }

  private void writeWaiting() throws IOException {
    for (Map.Entry<LogTail, List<LogBatch>> entry : waiting.entrySet()) {
      LogTail tail = entry.getKey();
      if (!tail.hasUnwritten()) {
        try {
          tail.segments().append(entry.getValue(), tail.config(), gather);
          continue;
        } catch (NoSpaceException e) {
          // Readers are served from memory, and the writer tries again, as when a disk fills up
          // later.
          full = e;
        }
      }
      tail.keep(entry.getValue());
    }
    waiting.clear();
    waitingBytes = 0;
  }
}
