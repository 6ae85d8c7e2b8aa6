package io.millrace.server.net;

import io.millrace.log.LogSlice;
import io.netty.buffer.ByteBuf;
import io.netty.channel.FileRegion;
import io.netty.util.AbstractReferenceCounted;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/**
 * Bytes of a log on their way to a socket, moved by the kernel where the slice allows it. Closes
 * the slice when it was written or dropped.
 */
public final class LogSliceRegion extends AbstractReferenceCounted implements FileRegion {
  private final LogSlice slice;
  private final int count;
  private long transferred;

  /** Takes over the slice. */
  public LogSliceRegion(LogSlice slice) {
    this.slice = slice;
    this.count = slice.sizeInBytes();
  }

  @Override
  public long position() {
    return 0;
  }

  @Override
  @Deprecated
  public long transfered() {
    return transferred;
  }

  @Override
  public long transferred() {
    return transferred;
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public long transferTo(WritableByteChannel target, long position) throws IOException {
    if (position == count) {
      return 0;
    }
    long moved = slice.transferTo(target, position, count - position);
    transferred += moved;
    return moved;
  }

  /**
   * Appends bytes to a buffer, for who cannot hand the region to the kernel.
   *
   * @param position where to start within the region
   * @param most how many at most
   * @return how many; at least one
   * @throws EOFException when the log has less than it promised
   */
  int read(int position, int most, ByteBuf target) throws IOException {
    long moved = slice.transferTo(new BufferChannel(target), position, most);
    if (moved <= 0) {
      throw new EOFException("a log gave " + position + " of " + count + " bytes");
    }
    return (int) moved;
  }

  @Override
  protected void deallocate() {
    slice.close();
  }

  @Override
  public FileRegion retain() {
    super.retain();
    return this;
  }

  @Override
  public FileRegion retain(int increment) {
    super.retain(increment);
    return this;
  }

  @Override
  public FileRegion touch() {
    return this;
  }

  @Override
  public FileRegion touch(Object hint) {
    return this;
  }
}
