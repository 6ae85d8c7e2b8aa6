package io.millrace.log.local.format;

/** Entries of a segment's index file. See {@code docs/format/segment.md}. */
public final class IndexFormat {
  public static final Layout ENTRY = Layout.named("Index entry");
  public static final int RELATIVE_OFFSET = ENTRY.add("relativeOffset", 4);
  public static final int POSITION = ENTRY.add("position", 4);
  public static final int MAX_TIMESTAMP = ENTRY.add("maxTimestamp", 8);

  public static final int ENTRY_BYTES = ENTRY.size();

  private IndexFormat() {}
}
