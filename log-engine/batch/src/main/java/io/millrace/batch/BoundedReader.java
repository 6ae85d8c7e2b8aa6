package io.millrace.batch;

import java.nio.ByteBuffer;

/**
 * Reads forward between two positions of a buffer without touching the buffer's own. Whatever the
 * bytes are, it reads within its bounds or throws {@link InvalidBatchException}. One thread.
 */
final class BoundedReader {
  private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

  private ByteBuffer buffer = EMPTY;
  private int position;
  private int limit;

  BoundedReader over(ByteBuffer source, int from, int to) {
    buffer = source;
    position = from;
    limit = to;
    return this;
  }

  int position() {
    return position;
  }

  int remaining() {
    return limit - position;
  }

  byte readByte() {
    if (position >= limit) {
      throw new InvalidBatchException("record ends too early, at byte " + position);
    }
    return buffer.get(position++);
  }

  int readVarint() {
    int value = 0;
    for (int shift = 0; shift < 7 * Varints.MAX_VARINT_BYTES; shift += 7) {
      byte next = readByte();
      value |= (next & 0x7f) << shift;
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new InvalidBatchException("number of more than 5 bytes before byte " + position);
  }

  long readVarlong() {
    long value = 0;
    for (int shift = 0; shift < 7 * Varints.MAX_VARLONG_BYTES; shift += 7) {
      byte next = readByte();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new InvalidBatchException("number of more than 10 bytes before byte " + position);
  }

  /** Reads a length of which at most what remains is possible; {@code least} is -1 or 0. */
  int readLength(int least, String what) {
    int length = readVarint();
    if (length < least || length > remaining()) {
      throw new InvalidBatchException(
          what + " of " + length + " bytes where " + remaining() + " remain, at byte " + position);
    }
    return length;
  }

  void skip(int count) {
    position += count;
  }
}
