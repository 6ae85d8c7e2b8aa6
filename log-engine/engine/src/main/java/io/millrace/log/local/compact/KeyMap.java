package io.millrace.log.local.compact;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The offset of the last record of each key, in 24 bytes for a key of any size: 16 of its SHA-256,
 * so that no two keys are ever taken for one, also where somebody chooses them, and its offset.
 * Grows up to a limit of memory. One thread.
 */
final class KeyMap {
  private static final int LONGS = 3;
  private static final int ENTRY_BYTES = LONGS * Long.BYTES;
  private static final int INITIAL_SLOTS = 1024;

  /** One of four is always free, where a search ends. */
  private static final int MIN_SLOTS = 4;

  private static final int MAX_SLOTS = 1 << 29;

  private final MessageDigest digest;
  private final int maxSlots;

  /** Slot by slot the two halves of the hash and the offset + 1; 0 there says that it is free. */
  private long[] table;

  private int slots;
  private int size;
  private long high;
  private long low;

  /**
   * @param maxBytes of memory, while it grows half as much in addition; there is room for a key in
   *     any case
   */
  KeyMap(long maxBytes) {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    long most = Math.max(MIN_SLOTS, Math.min(MAX_SLOTS, maxBytes / ENTRY_BYTES));
    maxSlots = Integer.highestOneBit((int) most);
    slots = Math.min(INITIAL_SLOTS, maxSlots);
    table = new long[slots * LONGS];
  }

  int size() {
    return size;
  }

  /**
   * Notes a record, which lies behind those noted before.
   *
   * @return false when there is no room for a new key; nothing was noted then
   */
  boolean put(ByteBuffer key, long offset) {
    hash(key);
    int slot = find();
    if (table[slot + 2] == 0) {
      if (size + 1 > slots - slots / 4) {
        if (!grow()) {
          return false;
        }
        slot = find();
      }
      size++;
      table[slot] = high;
      table[slot + 1] = low;
    }
    table[slot + 2] = offset + 1;
    return true;
  }

  /** The offset of the last record with a key; -1 when none was noted. */
  long get(ByteBuffer key) {
    hash(key);
    return table[find() + 2] - 1;
  }

  private void hash(ByteBuffer key) {
    digest.reset();
    digest.update(key.duplicate());
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    high = hash.getLong();
    low = hash.getLong();
  }

  /** Where the key hashed last is, or would be. */
  private int find() {
    int mask = slots - 1;
    for (int at = (int) low & mask; ; at = (at + 1) & mask) {
      int slot = at * LONGS;
      if (table[slot + 2] == 0 || (table[slot] == high && table[slot + 1] == low)) {
        return slot;
      }
    }
  }

  private boolean grow() {
    if (slots >= maxSlots) {
      return false;
    }
    long[] larger;
    try {
      larger = new long[2 * slots * LONGS];
    } catch (OutOfMemoryError e) {
      // Several passes do it too.
      return false;
    }
    long[] before = table;
    long keyHigh = high;
    long keyLow = low;
    table = larger;
    slots *= 2;
    for (int from = 0; from < before.length; from += LONGS) {
      if (before[from + 2] != 0) {
        high = before[from];
        low = before[from + 1];
        System.arraycopy(before, from, table, find(), LONGS);
      }
    }
    high = keyHigh;
    low = keyLow;
    return true;
  }
}
