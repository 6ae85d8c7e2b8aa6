package io.millrace.log.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * An open file. Reads are safe from any thread, also beside a writer; writes, truncation and
 * closing are serialised by the caller.
 */
public interface StoreFile extends Closeable {

  long size() throws IOException;

  /**
   * Reads at a position until the target is full or the file ends.
   *
   * @return how many bytes were read; 0 at or behind the end
   */
  int read(ByteBuffer target, long position) throws IOException;

  /**
   * Writes all of a buffer at a position, growing the file as needed.
   *
   * @throws NoSpaceException when the disk is full; part may have been written
   */
  void write(ByteBuffer source, long position) throws IOException;

  /**
   * Writes all of several buffers one behind the other with as few calls as the platform allows.
   * The buffers' positions move.
   *
   * @throws NoSpaceException when the disk is full; part may have been written
   */
  void write(ByteBuffer[] sources, int count, long position) throws IOException;

  /**
   * Makes everything written so far survive a power loss, and the file's size with it. A failure is
   * final: what was written since the last success may be lost whatever a later call says. A full
   * disk is no exception, and never reported as {@link NoSpaceException}.
   */
  void sync() throws IOException;

  /** Cuts the file; a smaller one stays as it is. */
  void truncate(long size) throws IOException;

  /** Moves bytes to a channel, without copying through this process where the platform can. */
  long transferTo(long position, long count, WritableByteChannel target) throws IOException;
}
