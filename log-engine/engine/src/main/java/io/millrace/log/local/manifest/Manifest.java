package io.millrace.log.local.manifest;

import io.millrace.log.CorruptLogException;
import io.millrace.log.LogId;
import io.millrace.log.file.FileSystem;
import io.millrace.log.file.NoSpaceException;
import io.millrace.log.file.StoreFile;
import io.millrace.log.local.format.Checksums;
import io.millrace.log.local.format.LogSnapshot;
import io.millrace.log.local.format.ManifestFormat;
import io.millrace.log.local.journal.JournalFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the last checkpoint says of all logs, in memory as the bytes of its records, and the file
 * that holds them. Checkpoints are appended; when too much of the file is outdated it is written
 * anew beside the old one, and renamed.
 *
 * <p>Look-ups are safe from any thread; {@link #put} and {@link #commit} belong to the keeper's
 * agent.
 */
public final class Manifest implements AutoCloseable {
  public static final String FILE = "manifest";
  private static final String NEXT_FILE = "manifest.next";
  private static final long REWRITE_BYTES = 1 << 20;
  private static final int REWRITE_CHUNK_BYTES = 1 << 20;

  private final FileSystem files;
  private final Checksums checksums = new Checksums();
  private final Map<LogId, ByteBuffer> logs = new HashMap<>();
  private final Set<LogId> deleted = new HashSet<>();
  private final List<ByteBuffer> staged = new ArrayList<>();
  private StoreFile file;
  private long end;
  private long liveBytes;
  private long firstJournalSequence;

  private Manifest(FileSystem files, StoreFile file) {
    this.files = files;
    this.file = file;
  }

  /**
   * Reads the manifest, or makes an empty one.
   *
   * @throws CorruptLogException when there is one that cannot be read
   */
  public static Manifest load(FileSystem files) throws IOException {
    files.delete(NEXT_FILE);
    if (!files.exists(FILE)) {
      if (!files.list(JournalFiles.DIRECTORY).isEmpty()) {
        // It is made before the first journal file, so it was lost.
        throw new CorruptLogException("the manifest is missing; restore it from a copy");
      }
      Manifest fresh = new Manifest(files, files.create(NEXT_FILE));
      fresh.file.close();
      fresh.rewrite();
      return fresh;
    }
    Manifest manifest = new Manifest(files, files.open(FILE));
    try {
      manifest.read();
    } catch (IOException | RuntimeException e) {
      manifest.file.close();
      throw e;
    }
    return manifest;
  }

  private void read() throws IOException {
    long size = file.size();
    if (size > Integer.MAX_VALUE - 16) {
      throw new CorruptLogException("the manifest has " + size + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) size);
    file.read(bytes, 0);
    bytes.flip();
    checkVersion(bytes);
    int at = ManifestFormat.FILE_HEADER_BYTES;
    int committed = at;
    int lastCommit = 0;
    List<ByteBuffer> records = new ArrayList<>();
    while (ManifestFormat.isRecord(bytes, at, checksums)) {
      int length = ManifestFormat.recordBytes(bytes, at);
      ByteBuffer record = ByteBuffer.allocate(length).put(0, bytes, at, length);
      at += length;
      if (ManifestFormat.recordType(record, 0) == ManifestFormat.TYPE_CHECKPOINT) {
        records.forEach(this::apply);
        records.clear();
        firstJournalSequence = ManifestFormat.firstJournalSequence(record, 0);
        lastCommit = committed;
        committed = at;
      } else {
        records.add(record);
      }
    }
    refuseLaterCheckpoints(bytes, at);
    if (committed == ManifestFormat.FILE_HEADER_BYTES) {
      // The file is only ever put in place with a checkpoint in it.
      throw new CorruptLogException("the manifest's first checkpoint is damaged");
    }
    end = committed;
    if (size > end) {
      // A checkpoint that was not finished, and so does not count.
      file.truncate(end);
    }
    keep(bytes.slice(lastCommit, committed - lastCommit), lastCommit);
  }

  private static void checkVersion(ByteBuffer bytes) {
    int version = ManifestFormat.version(bytes);
    if (version < 1) {
      throw new CorruptLogException("the manifest has no valid header; restore it from a copy");
    }
    if (version > ManifestFormat.VERSION) {
      throw new CorruptLogException(
          "the manifest has format version "
              + version
              + "; this server knows versions up to "
              + ManifestFormat.VERSION
              + ". Start the newer server that wrote it, or restore the manifest from a copy");
    }
  }

  /**
   * Each checkpoint is begun when the one before is synced. So behind what a crash tore there is at
   * most the end of that same checkpoint; more than one is proof of damage.
   */
  private void refuseLaterCheckpoints(ByteBuffer bytes, int end) {
    int found = 0;
    for (int at = end; at <= bytes.limit() - ManifestFormat.RECORD_HEADER_BYTES; at++) {
      if (ManifestFormat.isCheckpoint(bytes, at, checksums) && ++found > 1) {
        throw new CorruptLogException(
            "the manifest is damaged behind byte " + end + "; restore the directory from a copy");
      }
    }
  }

  /**
   * The last checkpoint and the file's name may be in the operating system's memory only, when the
   * process was killed, and a failed sync may have dropped them from there. Journal files are used
   * again on the strength of them, so they are written again in place and synced. So is the header,
   * with the version of what is going to follow: one byte of it differs, so it cannot be torn.
   */
  private void keep(ByteBuffer lastCheckpoint, long position) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(ManifestFormat.FILE_HEADER_BYTES);
    ManifestFormat.putFileHeader(header);
    file.write(header.flip(), 0);
    file.write(lastCheckpoint, position);
    file.sync();
    files.syncDirectory("");
  }

  private void apply(ByteBuffer record) {
    LogId id = ManifestFormat.logOf(record, 0);
    if (ManifestFormat.recordType(record, 0) == ManifestFormat.TYPE_LOG) {
      putLive(id, record);
    } else {
      dropLive(id);
      deleted.add(id);
    }
  }

  private void putLive(LogId id, ByteBuffer record) {
    ByteBuffer before = logs.put(id, record);
    liveBytes += record.capacity() - (before == null ? 0 : before.capacity());
  }

  private void dropLive(LogId id) {
    ByteBuffer before = logs.remove(id);
    liveBytes -= before == null ? 0 : before.capacity();
  }

  /** Journal files with lower sequence numbers are not needed. */
  public synchronized long firstJournalSequence() {
    return firstJournalSequence;
  }

  public synchronized Set<LogId> logs() {
    return new HashSet<>(logs.keySet());
  }

  /** Deleted logs whose files may still be there. */
  public synchronized Set<LogId> deleted() {
    return new HashSet<>(deleted);
  }

  /** Whether a log is known. */
  public synchronized boolean contains(LogId id) {
    return logs.containsKey(id);
  }

  /** What is known of a log; null when nothing is. */
  public synchronized @Nullable LogSnapshot find(LogId id) {
    ByteBuffer record = logs.get(id);
    return record == null ? null : ManifestFormat.readLog(record, 0);
  }

  /** Adds a log to the checkpoint being made. */
  public void put(LogSnapshot log) {
    staged.add(ManifestFormat.log(log, checksums));
  }

  /** The files of a deleted log are gone: nothing needs to be remembered of it. */
  public synchronized void forget(LogId id) {
    deleted.remove(id);
  }

  /**
   * Makes the checkpoint count, durably. Nothing has changed when this fails for lack of space: it
   * can be called again.
   *
   * @param firstSequence of the journal files that are still needed
   * @param gone logs that were deleted
   */
  public synchronized void commit(long firstSequence, Collection<LogId> gone) throws IOException {
    List<ByteBuffer> records = new ArrayList<>(staged);
    gone.forEach(id -> records.add(ManifestFormat.deleted(id, checksums)));
    ByteBuffer checkpoint = ManifestFormat.checkpoint(firstSequence, checksums);
    long size = checkpoint.capacity();
    for (ByteBuffer record : records) {
      size += record.capacity();
    }
    if (size > Integer.MAX_VALUE - 16) {
      throw new IOException("a checkpoint of " + size + " bytes");
    }
    ByteBuffer all = ByteBuffer.allocate((int) size);
    records.forEach(record -> all.put(record.duplicate()));
    all.put(checkpoint).flip();
    file.write(all, end);
    file.sync();
    end += size;
    records.forEach(this::apply);
    staged.clear();
    firstJournalSequence = firstSequence;
    if (end > REWRITE_BYTES + 3 * liveBytes) {
      try {
        rewrite();
      } catch (NoSpaceException e) {
        // The checkpoint counts all the same; a later one shrinks the file.
        files.delete(NEXT_FILE);
      }
    }
  }

  /** Writes what still counts to a new file, which then takes the place of the old one. */
  private void rewrite() throws IOException {
    StoreFile next = files.create(NEXT_FILE);
    long at = 0;
    try {
      ByteBuffer chunk = ByteBuffer.allocate(REWRITE_CHUNK_BYTES);
      ManifestFormat.putFileHeader(chunk);
      List<ByteBuffer> records = new ArrayList<>(logs.values());
      deleted.forEach(id -> records.add(ManifestFormat.deleted(id, checksums)));
      records.add(ManifestFormat.checkpoint(firstJournalSequence, checksums));
      for (ByteBuffer record : records) {
        if (chunk.remaining() < record.capacity()) {
          at = write(next, chunk, at);
        }
        if (chunk.capacity() < record.capacity()) {
          at = write(next, record.duplicate().position(record.capacity()), at);
        } else {
          chunk.put(record.duplicate());
        }
      }
      at = write(next, chunk, at);
      next.sync();
      files.rename(NEXT_FILE, FILE);
      files.syncDirectory("");
    } catch (IOException e) {
      next.close();
      throw e;
    }
    file.close();
    file = next;
    end = at;
  }

  private static long write(StoreFile target, ByteBuffer chunk, long at) throws IOException {
    chunk.flip();
    int size = chunk.remaining();
    target.write(chunk, at);
    chunk.clear();
    return at + size;
  }

  /** Bytes of the file. */
  public synchronized long sizeInBytes() {
    return end;
  }

  @Override
  public synchronized void close() throws IOException {
    file.close();
  }
}
