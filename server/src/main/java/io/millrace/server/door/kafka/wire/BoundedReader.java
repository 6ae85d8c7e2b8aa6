package io.millrace.server.door.kafka.wire;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ByteBufferAccessor;

/**
 * Reads the fields of a request, and gives up when that takes more processor time than its size
 * explains. The client library keeps some fields in collections that know their elements by name,
 * and takes time with the third power of how many have equal hash codes, whenever such a collection
 * grows: 11 KB can take a second, and 44 KB a minute, of an event loop that others need. It grows
 * to the double each time and is not interrupted, so what is refused may have taken some times the
 * limit. Used once, by the thread that made it.
 */
final class BoundedReader extends ByteBufferAccessor {
  /** Requests below cannot take long. */
  static final int MIN_BYTES = 4096;

  /** For a virtual machine that has not compiled anything yet. */
  private static final long BASE_NS = 100_000_000;

  private static final long NS_PER_BYTE = 100;
  private static final long MOST_NS = 400_000_000;

  /** To ask for the time costs as much as reading some fields. */
  private static final int FIELDS_BETWEEN_LOOKS = 64;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final long mostNs;
  private int fields;
  private long startNs = -1;

  BoundedReader(ByteBuffer frame) {
    super(frame);
    this.mostNs = Math.min(MOST_NS, BASE_NS + frame.remaining() * NS_PER_BYTE);
  }

  private void step() {
    fields++;
    if (fields % FIELDS_BETWEEN_LOOKS != 0 || !THREADS.isCurrentThreadCpuTimeSupported()) {
      return;
    }
    long nowNs = THREADS.getCurrentThreadCpuTime();
    if (startNs < 0) {
      startNs = nowNs;
    } else if (nowNs - startNs > mostNs) {
      throw new IllegalArgumentException(
          "it takes too long to read, as one that repeats a name very often");
    }
  }

  @Override
  public short readShort() {
    step();
    return super.readShort();
  }

  @Override
  public int readInt() {
    step();
    return super.readInt();
  }

  @Override
  public long readLong() {
    step();
    return super.readLong();
  }

  @Override
  public byte[] readArray(int length) {
    step();
    return super.readArray(length);
  }

  @Override
  public int readUnsignedVarint() {
    step();
    return super.readUnsignedVarint();
  }
}
