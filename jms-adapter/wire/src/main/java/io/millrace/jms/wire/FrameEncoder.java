package io.millrace.jms.wire;

import java.nio.ByteBuffer;

/**
 * Frames to bytes: {@code u32} length of what follows, {@code u32} conversation, {@code u8} type,
 * fields. Stateless; any thread.
 */
public final class FrameEncoder {
  /** Longest string, in UTF-8 bytes. */
  public static final int MAX_STRING_BYTES = 0xFFFE;

  /** Bytes of the length field before each frame. */
  public static final int LENGTH_BYTES = 4;

  /** Bytes before a frame's type: its length and its conversation. */
  public static final int HEADER_BYTES = LENGTH_BYTES + Integer.BYTES;

  static final int NULL_STRING = 0xFFFF;

  private FrameEncoder() {}

  /**
   * Bytes that {@link #write} will put, with the header.
   *
   * @throws IllegalArgumentException if a string is longer than {@link #MAX_STRING_BYTES} or the
   *     frame than 2 GB
   */
  public static int sizeOf(Frame frame) {
    SizeSink size = new SizeSink();
    frame.writeTo(size);
    long bytes = HEADER_BYTES + 1 + size.size();
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a frame of " + bytes + " bytes");
    }
    return (int) bytes;
  }

  /**
   * Writes a frame at the target's position.
   *
   * @param conversation the conversation that it belongs to
   * @param size what {@link #sizeOf} said
   * @param target big-endian, with at least {@code size} bytes remaining
   */
  public static void write(int conversation, Frame frame, int size, ByteBuffer target) {
    int end = target.position() + size;
    target.putInt(size - LENGTH_BYTES).putInt(conversation).put((byte) frame.type().code());
    frame.writeTo(new BufferSink(target));
    if (target.position() != end) {
      throw new IllegalStateException(
          frame.type()
              + " measured "
              + size
              + " bytes and wrote "
              + (target.position() - end + size));
    }
  }

  /** A frame of a conversation as a new buffer, ready to be read. */
  public static ByteBuffer encode(int conversation, Frame frame) {
    int size = sizeOf(frame);
    ByteBuffer target = ByteBuffer.allocate(size);
    write(conversation, frame, size, target);
    return target.flip();
  }
}
