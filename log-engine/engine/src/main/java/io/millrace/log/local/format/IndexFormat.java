package io.millrace.log.local.format;

import java.nio.ByteBuffer;

/** Entries of a segment's index file. See {@code docs/format/segment.md}. */
public final class IndexFormat {
  public static final Layout ENTRY = Layout.named("Index entry");
  public static final int RELATIVE_OFFSET = ENTRY.add("relativeOffset", 4);
  public static final int POSITION = ENTRY.add("position", 4);
  public static final int MAX_TIMESTAMP = ENTRY.add("maxTimestamp", 8);
  public static final int CHECKSUM = ENTRY.add("checksum", 4);

  public static final int ENTRY_BYTES = ENTRY.size();

  private IndexFormat() {}

  /** Writes an entry at a place. */
  public static void put(
      ByteBuffer entries,
      int at,
      int relativeOffset,
      int position,
      long maxTimestampMs,
      Checksums checksums) {
    entries.putInt(at + RELATIVE_OFFSET, relativeOffset);
    entries.putInt(at + POSITION, position);
    entries.putLong(at + MAX_TIMESTAMP, maxTimestampMs);
    entries.putInt(at + CHECKSUM, checksums.of(entries, at, CHECKSUM));
  }

  /** Whether a right entry lies at a place. */
  public static boolean isEntry(ByteBuffer entries, int at, Checksums checksums) {
    return entries.getInt(at + CHECKSUM) == checksums.of(entries, at, CHECKSUM);
  }
}
