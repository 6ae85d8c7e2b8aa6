package io.millrace.log.local.journal;

import io.millrace.log.LogId;
import io.millrace.log.local.format.Checksums;
import io.millrace.log.local.format.JournalFormat;
import io.millrace.log.local.segment.GatherBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes entries to the current journal file and syncs it. Belongs to the journal's agent.
 *
 * <p>After a failure nothing may be written any more: what the file holds is unknown.
 */
public final class JournalWriter implements AutoCloseable {
  private static final int STAGE_BYTES = 1 << 20;

  private final JournalFiles files;
  private final Checksums checksums = new Checksums();
  private final GatherBuffer gather = new GatherBuffer(STAGE_BYTES);
  private final int salt;
  private @Nullable JournalSlot slot;
  private long sequence;
  private long position;
  private long synced;
  private long previousEnd;

  /**
   * @param lastSequence of the newest file with contents; the first one written has the next
   * @param lastEnd where that file's entries end; 0 when there is none
   * @param salt another one each time that the store is opened: a file that an earlier opening
   *     began may be begun again with the same sequence number
   */
  public JournalWriter(JournalFiles files, long lastSequence, long lastEnd, int salt) {
    this.salt = salt;
    this.files = files;
    this.sequence = lastSequence;
    this.previousEnd = lastEnd;
  }

  /** The sequence number of the current file. */
  public long sequence() {
    return sequence;
  }

  /** Whether the current file has room for a commit of so many bytes. */
  public boolean fits(long bytes) {
    return slot != null && position + gather.size() + bytes <= slot.capacity();
  }

  /** Whether the current file has entries. */
  public boolean hasEntries() {
    return slot != null && position > JournalFormat.FILE_HEADER_BYTES;
  }

  /** Whether {@link #roll} can begin a file. */
  public boolean canRoll() {
    return files.hasFree();
  }

  /**
   * Closes the current file and begins the next. Everything in a closed file is synced, also what
   * nobody waited for: the next file's header tells where it ends.
   *
   * @return false when no free file is there yet
   */
  public boolean roll() throws IOException {
    if (!files.hasFree()) {
      return false;
    }
    sync();
    JournalSlot next = files.takeFree();
    if (next == null) {
      return false;
    }
    JournalSlot full = slot;
    if (full != null) {
      files.close(new ClosedFile(sequence, full, position));
      previousEnd = position;
    }
    slot = next;
    sequence++;
    position = 0;
    synced = 0;
    JournalFormat.putFileHeader(gather.room(), sequence, salt, previousEnd, checksums);
    gather.added(JournalFormat.FILE_HEADER_BYTES);
    return true;
  }

  /** Adds an entry to the commit. {@link #fits} was true for all of the commit. */
  public void add(int type, LogId log, long baseOffset, ByteBuffer body) throws IOException {
    if (gather.isFull()) {
      flush();
    }
    ByteBuffer room = gather.room();
    JournalFormat.putEntryHeader(
        room, type, sequence, salt, synced, log, baseOffset, body, checksums);
    gather.added(JournalFormat.ENTRY_HEADER_BYTES);
    int size = body.remaining();
    gather.add(body);
    int padding = JournalFormat.entryBytes(size) - JournalFormat.ENTRY_HEADER_BYTES - size;
    for (int i = 0; i < padding; i++) {
      room.put((byte) 0);
    }
    gather.added(padding);
  }

  /** Hands what was added to the operating system. */
  public void flush() throws IOException {
    JournalSlot current = slot;
    long bytes = gather.size();
    if (current != null && bytes > 0) {
      gather.writeTo(current.file(), position);
      position += bytes;
    }
  }

  /** Makes what was flushed survive a power loss. */
  public void sync() throws IOException {
    JournalSlot current = slot;
    if (current != null && synced < position) {
      current.file().sync();
      synced = position;
    }
  }

  @Override
  public void close() {
    JournalSlot current = slot;
    if (current != null) {
      JournalFiles.closeQuietly(current);
      slot = null;
    }
  }
}
