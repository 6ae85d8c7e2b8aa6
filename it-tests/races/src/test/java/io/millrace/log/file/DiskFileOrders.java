package io.millrace.log.file;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A {@link DiskFile} whose channel an interrupted reader has closed, used by two of which one
 * closes it then: who comes before the end goes on, and no channel stays open behind it.
 */
@JCStressTest
@State
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "Used, and closed.")
@Outcome(expect = FORBIDDEN, desc = "Could not be used, or a channel is left.")
public class DiskFileOrders {
  private final AtomicInteger open = new AtomicInteger();
  private final DiskFile file;
  private boolean used;

  public DiskFileOrders() {
    Counted channel = new Counted(open);
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    file = new DiskFile("a", channel, () -> new Counted(open));
  }

  private boolean use() {
    try {
      return file.size() == 0;
    } catch (ClosedChannelException closed) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Actor
  public void uses() {
    use();
  }

  @Actor
  public void usesAndCloses() {
    used = use();
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Arbiter
  public void end(II_Result seen) {
    seen.r1 = used ? 1 : 0;
    seen.r2 = open.get();
  }

  /** A channel without a file, counted while it is open. */
  private static final class Counted extends FileChannel {
    private final AtomicInteger open;

    Counted(AtomicInteger open) {
      this.open = open;
      open.incrementAndGet();
    }

    @Override
    protected void implCloseChannel() {
      open.decrementAndGet();
    }

    @Override
    public long size() throws IOException {
      if (!isOpen()) {
        throw new ClosedChannelException();
      }
      return 0;
    }

    @Override
    public int read(ByteBuffer target, long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(ByteBuffer target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source, long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      size();
      return this;
    }

    @Override
    public void force(boolean metadata) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }
  }
}
