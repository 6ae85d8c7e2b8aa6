package io.millrace.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Some whole batches of a log, held readable until closed. Not safe for use by several threads at
 * once.
 */
public interface LogSlice extends AutoCloseable {

  /** How many bytes there are. 0 when there was nothing to read. */
  int sizeInBytes();

  /**
   * Where a reader goes on: behind the last batch, and behind what compaction has taken from there.
   * 0 when there was nothing to read; but above the offset that was asked for, without bytes, when
   * compaction has taken all up to here.
   */
  long nextOffset();

  /**
   * Moves bytes to a channel, without copying through this process where the platform can.
   *
   * @param position where to start within the slice
   * @param count how many at most
   * @return how many were moved; may be fewer when the channel takes no more
   */
  long transferTo(WritableByteChannel target, long position, long count) throws IOException;

  /**
   * The bytes, read-only. May wait for a disk: not for a shard's thread unless {@link #inMemory}.
   */
  ByteBuffer bytes() throws IOException;

  /** Whether {@link #bytes} returns without waiting for a disk. */
  boolean inMemory();

  @Override
  void close();
}
