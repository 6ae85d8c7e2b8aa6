package io.millrace.server.door;

import io.millrace.log.file.FileSystem;
import io.millrace.log.file.StoreFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** Real files on a disk of which a test says how much is left. */
final class NarrowDisk implements FileSystem {
  private final FileSystem disk;
  private volatile long usableBytes = Long.MAX_VALUE;

  NarrowDisk(FileSystem disk) {
    this.disk = disk;
  }

  /** Says how much is left from now on. */
  void leave(long bytes) {
    usableBytes = bytes;
  }

  @Override
  public long usableBytes() {
    return usableBytes;
  }

  @Override
  public String description() {
    return disk.description();
  }

  @Override
  public StoreFile open(String path) throws IOException {
    return disk.open(path);
  }

  @Override
  public StoreFile create(String path) throws IOException {
    return disk.create(path);
  }

  @Override
  public boolean exists(String path) throws IOException {
    return disk.exists(path);
  }

  @Override
  public List<String> list(String directory) throws IOException {
    return disk.list(directory);
  }

  @Override
  public void createDirectories(String directory) throws IOException {
    disk.createDirectories(directory);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void delete(String path) throws IOException {
    disk.delete(path);
  }

  @Override
  public void syncDirectory(String directory) throws IOException {
    disk.syncDirectory(directory);
  }

  @Override
  public Closeable lock(String path) throws IOException {
    return disk.lock(path);
  }
}
