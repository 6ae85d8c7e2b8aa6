package io.millrace.batch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Walks the headers of one record without copying or allocating. Reusable; not safe for use by
 * several threads.
 */
public final class HeaderView {
  /** The smallest header: an empty key and a null value. */
  static final int MIN_HEADER_BYTES = 2;

  private final BoundedReader reader = new BoundedReader();
  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private int left;
  private int keyPosition;
  private int keySize;
  private int valuePosition;
  private int valueSize;

  /** Starts before the first header. */
  public HeaderView over(RecordView record) {
    buffer = record.buffer;
    left = record.headerCount;
    reader.over(record.buffer, record.headersPosition, record.end);
    return this;
  }

  /**
   * Moves to the next header.
   *
   * @return false behind the last one
   * @throws InvalidBatchException when the bytes are no header, or some are left behind the last
   */
  public boolean next() {
    if (left == 0) {
      if (reader.remaining() != 0) {
        throw new InvalidBatchException(
            reader.remaining() + " bytes behind the last header, at byte " + reader.position());
      }
      return false;
    }
    left--;
    keySize = reader.readLength(0, "header key");
    keyPosition = reader.position();
    reader.skip(keySize);
    valueSize = reader.readLength(-1, "header value");
    valuePosition = reader.position();
    reader.skip(Math.max(valueSize, 0));
    return true;
  }

  /**
   * Moves to the next header with a key.
   *
   * @return false when no further header has it
   */
  public boolean nextWithKey(byte[] utf8) {
    while (next()) {
      if (keyEquals(utf8)) {
        return true;
      }
    }
    return false;
  }

  public String key() {
    byte[] bytes = new byte[keySize];
    buffer.get(keyPosition, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  public boolean keyEquals(byte[] utf8) {
    return keySize == utf8.length && keyStartsWith(utf8);
  }

  public boolean keyStartsWith(byte[] utf8) {
    if (keySize < utf8.length) {
      return false;
    }
    for (int i = 0; i < utf8.length; i++) {
      if (buffer.get(keyPosition + i) != utf8[i]) {
        return false;
      }
    }
    return true;
  }

  /** Where the key begins in the record's buffer. */
  public int keyPosition() {
    return keyPosition;
  }

  public int keySize() {
    return keySize;
  }

  /** Where the value begins in the record's buffer. */
  public int valuePosition() {
    return valuePosition;
  }

  /** Bytes of the value; -1 for null. */
  public int valueSize() {
    return valueSize;
  }

  public @Nullable ByteBuffer value() {
    return valueSize < 0 ? null : buffer.slice(valuePosition, valueSize);
  }
}
