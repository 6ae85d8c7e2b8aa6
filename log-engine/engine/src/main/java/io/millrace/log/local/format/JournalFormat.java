package io.millrace.log.local.format;

import io.millrace.log.LogId;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The journal's files: a header, then entries. See {@code docs/format/journal.md}.
 *
 * <p>Invariants: an entry's checksum covers the sequence number and the salt of its file, so that
 * what an earlier use of a recycled file left behind is never taken for an entry: neither that of
 * an older file, nor that of a file with the same number whose first commit a power loss tore; a
 * commit never spans two files; {@code commitStart} of an entry says up to where the file was known
 * to be synced when the entry was written.
 */
public final class JournalFormat {
  public static final int FILE_MAGIC = 0x4d524a46; // MRJF
  public static final int ENTRY_MAGIC = 0x4d524a45; // MRJE
  public static final int VERSION = 2;

  /** Entries begin at multiples of this. */
  public static final int ALIGNMENT = 8;

  /** Entry with record batches, whose first offset is {@code baseOffset}. */
  public static final int TYPE_BATCH = 1;

  /** The log exists with the configuration in the body; its segments may hold more than synced. */
  public static final int TYPE_LOG = 2;

  /** The log begins at {@code baseOffset} now. */
  public static final int TYPE_START = 3;

  /** The log is deleted. */
  public static final int TYPE_DELETE = 4;

  public static final Layout FILE_HEADER = Layout.named("Journal file header");
  private static final int H_MAGIC = FILE_HEADER.add("magic", 4);
  private static final int H_CHECKSUM = FILE_HEADER.add("checksum", 4);
  private static final int H_VERSION = FILE_HEADER.add("version", 4);
  private static final int H_SALT = FILE_HEADER.add("salt", 4);
  private static final int H_SEQUENCE = FILE_HEADER.add("fileSequence", 8);
  private static final int H_PREVIOUS_END = FILE_HEADER.add("previousEnd", 8);

  public static final Layout ENTRY = Layout.named("Journal entry");
  private static final int E_MAGIC = ENTRY.add("magic", 4);
  private static final int E_CHECKSUM = ENTRY.add("checksum", 4);
  private static final int E_LENGTH = ENTRY.add("bodyLength", 4);
  private static final int E_TYPE = ENTRY.add("type", 4);
  private static final int E_SEQUENCE = ENTRY.add("fileSequence", 8);
  private static final int E_COMMIT_START = ENTRY.add("commitStart", 8);
  private static final int E_GROUP = ENTRY.add("logGroup", 16);
  private static final int E_INDEX = ENTRY.add("logIndex", 4);
  private static final int E_SALT = ENTRY.add("salt", 4);
  private static final int E_BASE_OFFSET = ENTRY.add("baseOffset", 8);

  public static final int FILE_HEADER_BYTES = FILE_HEADER.size();
  public static final int ENTRY_HEADER_BYTES = ENTRY.size();

  private JournalFormat() {}

  /** Bytes of an entry with its padding. */
  public static int entryBytes(int bodyLength) {
    return (ENTRY_HEADER_BYTES + bodyLength + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /** Writes a file header at the buffer's position, and moves it. */
  public static void putFileHeader(
      ByteBuffer target, long sequence, int salt, long previousEnd, Checksums checksums) {
    int at = target.position();
    target.putInt(at + H_MAGIC, FILE_MAGIC);
    target.putInt(at + H_VERSION, VERSION);
    target.putInt(at + H_SALT, salt);
    target.putLong(at + H_SEQUENCE, sequence);
    target.putLong(at + H_PREVIOUS_END, previousEnd);
    target.putInt(
        at + H_CHECKSUM, checksums.of(target, at + H_VERSION, FILE_HEADER_BYTES - H_VERSION));
    target.position(at + FILE_HEADER_BYTES);
  }

  /** Whether a whole, right file header lies at the beginning of a file. */
  public static boolean isFileHeader(ByteBuffer file, Checksums checksums) {
    return file.limit() >= FILE_HEADER_BYTES
        && file.getInt(H_MAGIC) == FILE_MAGIC
        && file.getInt(H_CHECKSUM) == checksums.of(file, H_VERSION, FILE_HEADER_BYTES - H_VERSION);
  }

  public static int fileVersion(ByteBuffer file) {
    return file.getInt(H_VERSION);
  }

  public static long fileSequence(ByteBuffer file) {
    return file.getLong(H_SEQUENCE);
  }

  /** What tells apart two uses of a file with the same sequence number; 0 in version 1. */
  public static int fileSalt(ByteBuffer file) {
    return file.getInt(H_SALT);
  }

  /** Where the valid entries of the file before this one end; 0 when there was none. */
  public static long previousEnd(ByteBuffer file) {
    return file.getLong(H_PREVIOUS_END);
  }

  /** Writes an entry's header at the buffer's position, and moves it. The body is only read. */
  public static void putEntryHeader(
      ByteBuffer target,
      int type,
      long sequence,
      int salt,
      long commitStart,
      LogId log,
      long baseOffset,
      ByteBuffer body,
      Checksums checksums) {
    int at = target.position();
    target.putInt(at + E_MAGIC, ENTRY_MAGIC);
    target.putInt(at + E_LENGTH, body.remaining());
    target.putInt(at + E_TYPE, type);
    target.putLong(at + E_SEQUENCE, sequence);
    target.putLong(at + E_COMMIT_START, commitStart);
    target.putLong(at + E_GROUP, log.group().getMostSignificantBits());
    target.putLong(at + E_GROUP + 8, log.group().getLeastSignificantBits());
    target.putInt(at + E_INDEX, log.index());
    target.putInt(at + E_SALT, salt);
    target.putLong(at + E_BASE_OFFSET, baseOffset);
    target.putInt(
        at + E_CHECKSUM, checksums.of(target, at + E_LENGTH, ENTRY_HEADER_BYTES - E_LENGTH, body));
    target.position(at + ENTRY_HEADER_BYTES);
  }

  /** Whether a whole, right entry of the file with this sequence number and salt is at a place. */
  public static boolean isEntry(
      ByteBuffer file, int at, long sequence, int salt, Checksums checksums) {
    if (file.limit() - at < ENTRY_HEADER_BYTES || file.getInt(at + E_MAGIC) != ENTRY_MAGIC) {
      return false;
    }
    int length = file.getInt(at + E_LENGTH);
    return length >= 0
        && length <= file.limit() - at - ENTRY_HEADER_BYTES
        && file.getLong(at + E_SEQUENCE) == sequence
        && file.getInt(at + E_SALT) == salt
        && file.getInt(at + E_CHECKSUM)
            == checksums.of(file, at + E_LENGTH, ENTRY_HEADER_BYTES - E_LENGTH + length);
  }

  /** Whether an entry of whatever file may begin at a place; its checksum is not looked at. */
  public static boolean looksLikeEntry(ByteBuffer file, int at) {
    return file.limit() - at >= ENTRY_HEADER_BYTES && file.getInt(at + E_MAGIC) == ENTRY_MAGIC;
  }

  /** The sequence number of the file that an entry was written to. */
  public static long sequence(ByteBuffer file, int at) {
    return file.getLong(at + E_SEQUENCE);
  }

  /** The salt of the file that an entry was written to. */
  public static int salt(ByteBuffer file, int at) {
    return file.getInt(at + E_SALT);
  }

  public static int entryType(ByteBuffer file, int at) {
    return file.getInt(at + E_TYPE);
  }

  public static int bodyLength(ByteBuffer file, int at) {
    return file.getInt(at + E_LENGTH);
  }

  public static long commitStart(ByteBuffer file, int at) {
    return file.getLong(at + E_COMMIT_START);
  }

  public static LogId log(ByteBuffer file, int at) {
    return new LogId(
        new UUID(file.getLong(at + E_GROUP), file.getLong(at + E_GROUP + 8)),
        file.getInt(at + E_INDEX));
  }

  public static long baseOffset(ByteBuffer file, int at) {
    return file.getLong(at + E_BASE_OFFSET);
  }

  /** The body of an entry, sharing the bytes. */
  public static ByteBuffer body(ByteBuffer file, int at) {
    return file.slice(at + ENTRY_HEADER_BYTES, bodyLength(file, at));
  }
}
