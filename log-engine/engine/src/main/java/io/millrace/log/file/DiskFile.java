package io.millrace.log.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Locale;

/** A file of the machine. */
final class DiskFile implements StoreFile {
  private final String path;
  private final FileChannel channel;

  DiskFile(String path, FileChannel channel) {
    this.path = path;
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

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    int total = 0;
    while (target.hasRemaining()) {
      int count = channel.read(target, position + total);
      if (count < 0) {
        break;
      }
      total += count;
    }
    return total;
  }

  @Override
  public void write(ByteBuffer source, long position) throws IOException {
    try {
      long at = position;
      while (source.hasRemaining()) {
        at += channel.write(source, at);
      }
    } catch (IOException e) {
      throw translate(path, e);
    }
  }

  @Override
  public void write(ByteBuffer[] sources, int count, long position) throws IOException {
    if (count == 1) {
      write(sources[0], position);
      return;
    }
    try {
      // There is no gathering write at a position; writers of one file take turns.
      channel.position(position);
      int first = 0;
      while (first < count) {
        channel.write(sources, first, count - first);
        while (first < count && !sources[first].hasRemaining()) {
          first++;
        }
      }
    } catch (IOException e) {
      throw translate(path, e);
    }
  }

  @Override
  public void sync() throws IOException {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw translate(path, e);
    }
  }

  @Override
  public void truncate(long size) throws IOException {
    channel.truncate(size);
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    return channel.transferTo(position, count, target);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
