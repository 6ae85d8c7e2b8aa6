package io.millrace.log.local.recovery;

import io.millrace.batch.RecordBatchView;
import io.millrace.log.CorruptLogException;
import io.millrace.log.LogId;
import io.millrace.log.file.FileSystem;
import io.millrace.log.file.StoreFile;
import io.millrace.log.local.format.Checksums;
import io.millrace.log.local.format.ConfigFormat;
import io.millrace.log.local.format.JournalFormat;
import io.millrace.log.local.journal.ClosedFile;
import io.millrace.log.local.journal.JournalFiles;
import io.millrace.log.local.journal.JournalSlot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Pass 3: finds the journal's entries since the last checkpoint. The first entry that is not right
 * ends the journal, unless something behind it proves that it was durable: that is corruption.
 */
final class ScanJournal {
  private final FileSystem files;
  private final long firstSequence;
  private final List<String> report;
  private final Checksums checksums = new Checksums();
  private final Map<LogId, LogTrace> traces = new HashMap<>();
  private final RecordBatchView batch = new RecordBatchView();
  private long entryCount;

  /**
   * @param firstSequence of the files that are needed, as the manifest says
   */
  ScanJournal(FileSystem files, long firstSequence, List<String> report) {
    this.files = files;
    this.firstSequence = firstSequence;
    this.report = report;
  }

  /**
   * Opens and reads every file of the journal.
   *
   * @throws CorruptLogException when entries that were durable are damaged or missing
   */
  JournalScan scan() throws IOException {
    // The process may have been killed before it had synced the name of a new file.
    files.syncDirectory(JournalFiles.DIRECTORY);
    TreeMap<Long, JournalSlot> bySequence = new TreeMap<>();
    List<JournalSlot> free = new ArrayList<>();
    for (String name : files.list(JournalFiles.DIRECTORY)) {
      String path = JournalFiles.DIRECTORY + "/" + name;
      StoreFile file = files.open(path);
      JournalSlot slot = new JournalSlot(path, file, file.size());
      long sequence = sequenceOf(slot);
      if (sequence < firstSequence) {
        free.add(slot);
      } else if (bySequence.put(sequence, slot) != null) {
        throw new CorruptLogException("two journal files have sequence number " + sequence);
      }
    }
    List<ClosedFile> found = new ArrayList<>();
    long expected = firstSequence;
    long end = 0;
    for (Map.Entry<Long, JournalSlot> entry : bySequence.entrySet()) {
      long sequence = entry.getKey();
      if (sequence != expected) {
        throw new CorruptLogException("journal file " + expected + " is missing");
      }
      boolean newest = sequence == bySequence.lastKey();
      end = scanFile(sequence, entry.getValue(), newest, found);
      found.add(new ClosedFile(sequence, entry.getValue(), end));
      expected++;
    }
    report.add(
        "journal: "
            + found.size()
            + " files with "
            + entryCount
            + " entries for "
            + traces.size()
            + " logs");
    return new JournalScan(found, free, expected - 1, end, entryCount, traces);
  }

  private long sequenceOf(JournalSlot slot) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(JournalFormat.FILE_HEADER_BYTES);
    slot.file().read(header, 0);
    header.flip();
    if (!JournalFormat.isFileHeader(header, checksums)) {
      refuseDamagedHeader(slot);
      return -1;
    }
    if (JournalFormat.fileVersion(header) > JournalFormat.VERSION) {
      throw new IOException(
          slot.path() + " has version " + JournalFormat.fileVersion(header) + ", which is unknown");
    }
    return JournalFormat.fileSequence(header);
  }

  /**
   * A wrong header is that of a file which was never used, or whose first commit was not completed.
   * A second commit, wherever it lies, proves that it was.
   */
  private void refuseDamagedHeader(JournalSlot slot) throws IOException {
    ByteBuffer bytes = load(slot);
    int last = bytes.limit() - JournalFormat.ENTRY_HEADER_BYTES;
    for (int at = JournalFormat.FILE_HEADER_BYTES; at <= last; at += JournalFormat.ALIGNMENT) {
      if (JournalFormat.looksLikeEntry(bytes, at)
          && JournalFormat.sequence(bytes, at) >= firstSequence
          && JournalFormat.isEntry(
              bytes,
              at,
              JournalFormat.sequence(bytes, at),
              JournalFormat.salt(bytes, at),
              checksums)
          && JournalFormat.commitStart(bytes, at) > 0) {
        throw damaged(slot, 0);
      }
    }
  }

  private long scanFile(long sequence, JournalSlot slot, boolean newest, List<ClosedFile> before)
      throws IOException {
    ByteBuffer bytes = load(slot);
    if (!before.isEmpty()) {
      long previous = before.get(before.size() - 1).endPosition();
      if (JournalFormat.previousEnd(bytes) != previous) {
        throw damaged(before.get(before.size() - 1).slot(), previous);
      }
    }
    int salt = JournalFormat.fileSalt(bytes);
    int at = JournalFormat.FILE_HEADER_BYTES;
    int lastCommit = 0;
    while (JournalFormat.isEntry(bytes, at, sequence, salt, checksums)) {
      lastCommit = (int) JournalFormat.commitStart(bytes, at);
      note(bytes, at);
      at += JournalFormat.entryBytes(JournalFormat.bodyLength(bytes, at));
    }
    refuseLaterCommits(bytes, at, sequence, slot);
    if (newest) {
      keep(slot, bytes, lastCommit, at);
    }
    return at;
  }

  static ByteBuffer load(JournalSlot slot) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) slot.capacity());
    slot.file().read(bytes, 0);
    return bytes.flip();
  }

  private void note(ByteBuffer bytes, int at) {
    entryCount++;
    LogTrace trace = traces.computeIfAbsent(JournalFormat.log(bytes, at), LogTrace::new);
    switch (JournalFormat.entryType(bytes, at)) {
      case JournalFormat.TYPE_BATCH -> {
        batch.wrap(JournalFormat.body(bytes, at), 0);
        trace.addBatches(batch.baseOffset(), batch.nextOffset());
      }
      case JournalFormat.TYPE_LOG -> {
        trace.configured(ConfigFormat.get(JournalFormat.body(bytes, at)));
        trace.syncedTo(JournalFormat.baseOffset(bytes, at));
      }
      case JournalFormat.TYPE_DELETE -> trace.markDeleted();
      case JournalFormat.TYPE_START -> trace.startsAt(JournalFormat.baseOffset(bytes, at));
      default ->
          throw new CorruptLogException(
              "the journal has an entry of unknown type " + JournalFormat.entryType(bytes, at));
    }
  }

  /** An entry behind the end that was written after the end was synced proves damage. */
  private void refuseLaterCommits(ByteBuffer bytes, int end, long sequence, JournalSlot slot) {
    int last = bytes.limit() - JournalFormat.ENTRY_HEADER_BYTES;
    for (int at = end; at <= last; at += JournalFormat.ALIGNMENT) {
      if (JournalFormat.isEntry(bytes, at, sequence, JournalFormat.fileSalt(bytes), checksums)
          && JournalFormat.commitStart(bytes, at) > end) {
        throw damaged(slot, end);
      }
    }
  }

  private static CorruptLogException damaged(JournalSlot slot, long at) {
    return new CorruptLogException(
        slot.path()
            + " is damaged at byte "
            + at
            + ": entries that were durable cannot be read. Restore the directory from a copy");
  }

  /**
   * The newest commit, or the file's header when there is none yet, may be in the operating
   * system's memory only. It is going to count, so it is written again, in case that an earlier
   * sync failed, and synced.
   */
  private static void keep(JournalSlot slot, ByteBuffer bytes, int from, int to)
      throws IOException {
    // A file that was cut short may lack the padding behind its last entry.
    slot.file().write(bytes.slice(from, Math.min(to, bytes.limit()) - from), from);
    slot.file().sync();
  }
}
