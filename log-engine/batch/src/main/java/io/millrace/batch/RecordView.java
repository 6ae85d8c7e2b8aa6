package io.millrace.batch;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A window on one record, moved by {@link RecordIterator}. The slices that it gives out share the
 * batch's bytes and stay valid as long as those.
 */
public final class RecordView {
  ByteBuffer buffer = ByteBuffer.allocate(0);
  int position;
  int end;
  long offset;
  long timestamp;
  int keyPosition;
  int keySize;
  int valuePosition;
  int valueSize;
  int headersPosition;
  int headerCount;

  RecordView() {}

  /** A view of the same record that stays when the iterator moves on; it shares the bytes. */
  public RecordView copy() {
    RecordView copy = new RecordView();
    copy.buffer = buffer;
    copy.position = position;
    copy.end = end;
    copy.offset = offset;
    copy.timestamp = timestamp;
    copy.keyPosition = keyPosition;
    copy.keySize = keySize;
    copy.valuePosition = valuePosition;
    copy.valueSize = valueSize;
    copy.headersPosition = headersPosition;
    copy.headerCount = headerCount;
    return copy;
  }

  public long offset() {
    return offset;
  }

  /** Milliseconds since the epoch; the batch's where it has the time of appending. */
  public long timestamp() {
    return timestamp;
  }

  /** The buffer that {@link #position} and its like refer to. */
  public ByteBuffer buffer() {
    return buffer;
  }

  /** Where the record begins, its length field included. */
  public int position() {
    return position;
  }

  /** All bytes of the record, its length field included. */
  public int sizeInBytes() {
    return end - position;
  }

  /** The whole record untouched; offset and timestamp in it are relative to its batch. */
  public ByteBuffer slice() {
    return buffer.slice(position, end - position);
  }

  public boolean hasKey() {
    return keySize >= 0;
  }

  /** Bytes of the key; -1 for null. */
  public int keySize() {
    return keySize;
  }

  /** Where the key begins in {@link #buffer}. */
  public int keyPosition() {
    return keyPosition;
  }

  public @Nullable ByteBuffer key() {
    return keySize < 0 ? null : buffer.slice(keyPosition, keySize);
  }

  public boolean hasValue() {
    return valueSize >= 0;
  }

  /** Bytes of the value; -1 for null. */
  public int valueSize() {
    return valueSize;
  }

  /** Where the value begins in {@link #buffer}. */
  public int valuePosition() {
    return valuePosition;
  }

  public @Nullable ByteBuffer value() {
    return valueSize < 0 ? null : buffer.slice(valuePosition, valueSize);
  }

  /** How many headers there are; walk them with {@link HeaderView}. */
  public int headerCount() {
    return headerCount;
  }
}
