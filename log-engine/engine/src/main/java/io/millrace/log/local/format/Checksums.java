package io.millrace.log.local.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC-32C over ranges of buffers. One per thread. */
public final class Checksums {
  private final CRC32C crc = new CRC32C();

  /** The checksum of a range, as a signed 32-bit number; the buffer's position is left alone. */
  public int of(ByteBuffer buffer, int from, int size) {
    crc.reset();
    add(buffer, from, size);
    return (int) crc.getValue();
  }

  /** The checksum of two ranges, one behind the other. */
  public int of(ByteBuffer first, int from, int size, ByteBuffer second) {
    crc.reset();
    add(first, from, size);
    add(second, second.position(), second.remaining());
    return (int) crc.getValue();
  }

  private void add(ByteBuffer buffer, int from, int size) {
    if (buffer.hasArray()) {
      crc.update(buffer.array(), buffer.arrayOffset() + from, size);
    } else {
      crc.update(buffer.slice(from, size));
    }
  }
}
