package io.millrace.log.file;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The files of the machine, below a root directory. Safe for use from any thread. */
public final class DiskFileSystem implements FileSystem {
  private final Path root;

  /** Creates the root directory when it does not exist. */
  public DiskFileSystem(Path root) throws IOException {
    this.root = root.toAbsolutePath().normalize();
    Files.createDirectories(this.root);
  }

  @Override
  public String description() {
    return root.toString();
  }

  @Override
  public StoreFile open(String path) throws IOException {
    try {
      return new DiskFile(
          path,
          resolve(path),
          FileChannel.open(resolve(path), StandardOpenOption.READ, StandardOpenOption.WRITE));
    } catch (NoSuchFileException e) {
      FileNotFoundException missing = new FileNotFoundException(path);
      missing.initCause(e);
      throw missing;
    }
  }

  @Override
  public StoreFile create(String path) throws IOException {
    try {
      return new DiskFile(
          path,
          resolve(path),
          FileChannel.open(
              resolve(path),
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING));
    } catch (IOException e) {
      throw DiskFile.translate(path, e);
    }
  }

  @Override
  public boolean exists(String path) {
    return Files.exists(resolve(path));
  }

  @Override
  public List<String> list(String directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(resolve(directory))) {
      for (Path entry : entries) {
        names.add(String.valueOf(entry.getFileName()));
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
    return names;
  }

  @Override
  public void createDirectories(String directory) throws IOException {
    try {
      Files.createDirectories(resolve(directory));
    } catch (IOException e) {
      throw DiskFile.translate(directory, e);
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(
        resolve(from),
        resolve(to),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(String path) throws IOException {
    Files.deleteIfExists(resolve(path));
  }

  @Override
  public void syncDirectory(String directory) throws IOException {
    try (FileChannel channel = FileChannel.open(resolve(directory), StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public long usableBytes() throws IOException {
    return Files.getFileStore(root).getUsableSpace();
  }

  @Override
  public Closeable lock(String path) throws IOException {
    FileChannel channel =
        FileChannel.open(resolve(path), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    if (lock == null) {
      channel.close();
      throw new LockedException(
          root + " is in use by another server; stop it first, or choose another directory");
    }
    return channel;
  }

  private Path resolve(String path) {
    Path resolved = root.resolve(path).normalize();
    if (!resolved.startsWith(root)) {
      throw new IllegalArgumentException("path leads out of the data directory: " + path);
    }
    return resolved;
  }
}
