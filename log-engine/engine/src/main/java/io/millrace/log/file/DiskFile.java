package io.millrace.log.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * A file of the machine.
 *
 * <p>A thread that is interrupted while it reads closes the channel for all others (that is how the
 * platform's channels work). They open it again and go on: all access is by position, so nothing is
 * done twice.
 */
final class DiskFile implements StoreFile {

  /** Something to do with the channel, which can be done again. */
  private interface Access {
    long on(FileChannel channel) throws IOException;
  }

  /** Opens the file once more. */
  interface Opener {
    FileChannel open() throws IOException;
  }

  private final String path;
  private final Opener opener;
  private volatile FileChannel channel; // replaced under this
  private boolean closed; // guarded by this

  DiskFile(String path, Path file, FileChannel channel) {
    this(
        path,
        channel,
        () -> FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  DiskFile(String path, FileChannel channel, Opener opener) {
    this.path = path;
    this.opener = opener;
    this.channel = channel;
  }

  /** Tells a full disk, which passes, from what does not. */
  static IOException translate(String path, IOException failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("no space left")
        || message.contains("quota exceeded")
        || message.contains("not enough space")) {
      return new NoSpaceException("no space left to write " + path, failure);
    }
    return failure;
  }

  private long access(Access access) throws IOException {
    while (true) {
      FileChannel current = channel;
      try {
        return access.on(current);
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (ClosedChannelException e) {
        reopen(current, e);
      } catch (IOException e) {
        throw translate(path, e);
      }
    }
  }

  @SuppressWarnings("ReferenceEquality")
  private synchronized void reopen(FileChannel broken, ClosedChannelException cause)
      throws IOException {
    if (closed || broken.isOpen()) {
      // Closed by its owner; or it was the target of a transfer that was closed.
      throw cause;
    }
    if (channel == broken) {
      channel = opener.open();
    }
  }

  @Override
  public long size() throws IOException {
    return access(FileChannel::size);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    int start = target.position();
    return (int)
        access(
            current -> {
              while (target.hasRemaining()) {
                if (current.read(target, position + target.position() - start) < 0) {
                  break;
                }
              }
              return (long) target.position() - start;
            });
  }

  @Override
  public void write(ByteBuffer source, long position) throws IOException {
    int start = source.position();
    access(
        current -> {
          while (source.hasRemaining()) {
            current.write(source, position + source.position() - start);
          }
          return 0;
        });
  }

  @Override
  public void write(ByteBuffer[] sources, int count, long position) throws IOException {
    if (count == 1) {
      write(sources[0], position);
      return;
    }
    long total = remaining(sources, count);
    access(
        current -> {
          // There is no gathering write at a position; writers of one file take turns.
          current.position(position + total - remaining(sources, count));
          int first = 0;
          while (first < count) {
            if (sources[first].hasRemaining()) {
              current.write(sources, first, count - first);
            } else {
              first++;
            }
          }
          return 0;
        });
  }

  private static long remaining(ByteBuffer[] sources, int count) {
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      bytes += sources[i].remaining();
    }
    return bytes;
  }

  @Override
  public void sync() throws IOException {
    while (true) {
      FileChannel current = channel;
      try {
        current.force(false);
        return;
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (ClosedChannelException e) {
        reopen(current, e);
      }
      // No space is a failure like any other here: what was written before is not to be trusted.
    }
  }

  @Override
  public void truncate(long size) throws IOException {
    access(
        current -> {
          current.truncate(size);
          return 0;
        });
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    return access(current -> current.transferTo(position, count, target));
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
  }
}
