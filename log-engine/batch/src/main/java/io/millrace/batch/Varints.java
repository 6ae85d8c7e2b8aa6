package io.millrace.batch;

import java.nio.ByteBuffer;

/**
 * Variable-length integers with zigzag, as in Protocol Buffers and in Kafka's records: seven bits
 * to a byte, least significant first, the high bit says that more follows.
 */
public final class Varints {
  static final int MAX_VARINT_BYTES = 5;
  static final int MAX_VARLONG_BYTES = 10;

  private Varints() {}

  /** How many bytes {@link #writeVarint} writes: 1 to 5. */
  public static int sizeOfVarint(int value) {
    int zigzag = (value << 1) ^ (value >> 31);
    return (38 - Integer.numberOfLeadingZeros(zigzag | 1)) / 7;
  }

  /** How many bytes {@link #writeVarlong} writes: 1 to 10. */
  public static int sizeOfVarlong(long value) {
    long zigzag = (value << 1) ^ (value >> 63);
    return (70 - Long.numberOfLeadingZeros(zigzag | 1)) / 7;
  }

  /** Writes at the buffer's position and moves it. */
  public static void writeVarint(ByteBuffer target, int value) {
    int rest = (value << 1) ^ (value >> 31);
    while ((rest & ~0x7f) != 0) {
      target.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    target.put((byte) rest);
  }

  /** Writes at the buffer's position and moves it. */
  public static void writeVarlong(ByteBuffer target, long value) {
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7fL) != 0) {
      target.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    target.put((byte) rest);
  }

  /**
   * Reads at the buffer's position and moves it.
   *
   * @throws InvalidBatchException when the buffer ends within the number, or it has over 5 bytes
   */
  public static int readVarint(ByteBuffer source) {
    BoundedReader reader = new BoundedReader().over(source, source.position(), source.limit());
    int value = reader.readVarint();
    source.position(reader.position());
    return value;
  }

  /**
   * Reads at the buffer's position and moves it.
   *
   * @throws InvalidBatchException when the buffer ends within the number, or it has over 10 bytes
   */
  public static long readVarlong(ByteBuffer source) {
    BoundedReader reader = new BoundedReader().over(source, source.position(), source.limit());
    long value = reader.readVarlong();
    source.position(reader.position());
    return value;
  }
}
