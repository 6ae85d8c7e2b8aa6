package io.millrace.log.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operating system may move less than it was asked to, and say no more than how much. */
class ShortTransfersTest {
  private static final int MOST = 3;

  @TempDir private Path directory;
  private Path path;
  private StoreFile file;

  @BeforeEach
  void open() throws IOException {
    path = directory.resolve("file");
    FileChannel whole =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    file = new DiskFile("file", path, new ShortChannel(whole));
  }

  @AfterEach
  void close() throws IOException {
    file.close();
  }

  @Test
  void aWriteGoesOnUntilAllIsWritten() throws IOException {
    file.write(bytes("0123456789"), 0);
    file.write(bytes("abcdefgh"), 5);

    assertThat(Files.readString(path)).isEqualTo("01234abcdefgh");
  }

  @Test
  void soDoesOneThatGathers() throws IOException {
    ByteBuffer[] sources = {bytes("0123"), bytes("a"), bytes("bcdefgh"), bytes("not this")};
    file.write(bytes("......"), 0);
    file.write(sources, 3, 2);

    assertThat(Files.readString(path)).isEqualTo("..0123abcdefgh");
  }

  @Test
  void aReadGoesOnUntilTheBufferIsFullOrTheFileEnds() throws IOException {
    file.write(bytes("0123456789"), 0);
    ByteBuffer some = ByteBuffer.allocate(7);
    ByteBuffer rest = ByteBuffer.allocate(100);

    assertThat(file.read(some, 1)).isEqualTo(7);
    assertThat(file.read(rest, 4)).isEqualTo(6);

    assertThat(new String(some.array(), StandardCharsets.US_ASCII)).isEqualTo("1234567");
    assertThat(StandardCharsets.US_ASCII.decode(rest.flip()).toString()).isEqualTo("456789");
  }

  private static ByteBuffer bytes(String text) {
    return StandardCharsets.US_ASCII.encode(text);
  }

  /** Moves a few bytes at a time, of one buffer. */
  private static final class ShortChannel extends FileChannel {
    private final FileChannel whole;

    ShortChannel(FileChannel whole) {
      this.whole = whole;
    }

    private interface Transfer {
      int of(ByteBuffer part) throws IOException;
    }

    private static int some(ByteBuffer buffer, Transfer transfer) throws IOException {
      ByteBuffer part = buffer.duplicate();
      part.limit(Math.min(buffer.limit(), buffer.position() + MOST));
      int moved = transfer.of(part);
      buffer.position(part.position());
      return moved;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      return some(target, whole::read);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return some(target, part -> whole.read(part, position));
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
      return read(targets[offset]);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      return some(source, whole::write);
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
      return some(source, part -> whole.write(part, position));
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
      for (int i = offset; i < offset + length; i++) {
        if (sources[i].hasRemaining()) {
          return write(sources[i]);
        }
      }
      return 0;
    }

    @Override
    public long position() throws IOException {
      return whole.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
      whole.position(position);
      return this;
    }

    @Override
    public long size() throws IOException {
      return whole.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      whole.truncate(size);
      return this;
    }

    @Override
    public void force(boolean metadata) throws IOException {
      whole.force(metadata);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
        throws IOException {
      return whole.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count)
        throws IOException {
      return whole.transferFrom(source, position, count);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
      return whole.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
      return whole.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return whole.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      whole.close();
    }
  }
}
