package io.millrace.log.local.segment;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.guarded;
import static io.millrace.races.Steps.together;

import io.millrace.log.file.FileSystem;
import io.millrace.log.file.StoreFile;
import io.millrace.races.Race;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;

/** {@link FileCache}: deletions in the background take neither a file in use nor a new one. */
public final class FileCacheRaces {
  private static final String PATH = "a";

  private FileCacheRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race("a file in use is not deleted", 60, () -> guarded(FileCacheRaces::inUse)),
        new Race(
            "a deletion does not take a new file", 60, () -> guarded(FileCacheRaces::newFile)));
  }

  /** A disk without files. */
  public static FileSystem emptyDisk() {
    return new OneFile();
  }

  /**
   * The same.
   *
   * @param usableBytes how much room there is
   */
  public static FileSystem emptyDisk(LongSupplier usableBytes) {
    return new OneFile(usableBytes);
  }

  private static void inUse() throws IOException {
    OneFile disk = new OneFile();
    ConcurrentLinkedQueue<Runnable> deletions = new ConcurrentLinkedQueue<>();
    FileCache cache = new FileCache(disk, 1, deletions::add);
    FileCache.Lease first = cache.create(PATH);
    together(
        () -> {
          cache.delete(PATH);
          runAll(deletions);
        },
        () -> {
          cache.delete(PATH);
          runAll(deletions);
        },
        () -> {
          // Who holds a lease gets another, whatever is to be deleted.
          FileCache.Lease second = cache.acquire(PATH);
          first.close();
          check(disk.exists(PATH), "the second lease holds the file");
          second.close();
        });
    runAll(deletions);
    check(!disk.exists(PATH), "the file is deleted in the end");
  }

  private static void newFile() throws IOException {
    OneFile disk = new OneFile();
    ConcurrentLinkedQueue<Runnable> deletions = new ConcurrentLinkedQueue<>();
    FileCache cache = new FileCache(disk, 1, deletions::add);
    FileCache.Lease old = cache.create(PATH);
    cache.delete(PATH);
    boolean[] made = new boolean[1];
    together(
        () -> {
          old.close();
          runAll(deletions);
        },
        () -> {
          try {
            cache.create(PATH).close();
            made[0] = true;
          } catch (FileNotFoundException e) {
            // The old one is not gone yet.
          }
        });
    runAll(deletions);
    check(disk.exists(PATH) == made[0], "what was made is there, and the old file is not");
  }

  private static void runAll(ConcurrentLinkedQueue<Runnable> deletions) {
    for (Runnable next = deletions.poll(); next != null; next = deletions.poll()) {
      next.run();
    }
  }

  /** A disk on which there is one file, or none. */
  private static final class OneFile implements FileSystem {
    private final LongSupplier usableBytes;
    private volatile boolean there;

    OneFile() {
      this(() -> Long.MAX_VALUE);
    }

    OneFile(LongSupplier usableBytes) {
      this.usableBytes = usableBytes;
    }

    @Override
    public String description() {
      return "one file";
    }

    @Override
    public StoreFile open(String path) throws IOException {
      if (!there) {
        throw new FileNotFoundException(path);
      }
      return new NoBytes();
    }

    @Override
    public StoreFile create(String path) {
      there = true;
      return new NoBytes();
    }

    @Override
    public boolean exists(String path) {
      return there;
    }

    @Override
    public List<String> list(String directory) {
      return there ? List.of(PATH) : List.of();
    }

    @Override
    public void createDirectories(String directory) {}

    @Override
    public void rename(String from, String to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void delete(String path) {
      there = false;
    }

    @Override
    public void syncDirectory(String directory) {}

    @Override
    public long usableBytes() {
      return usableBytes.getAsLong();
    }

    @Override
    public Closeable lock(String path) {
      throw new UnsupportedOperationException();
    }
  }

  private static final class NoBytes implements StoreFile {
    @Override
    public long size() {
      return 0;
    }

    @Override
    public int read(ByteBuffer target, long position) {
      return 0;
    }

    @Override
    public void write(ByteBuffer source, long position) {}

    @Override
    public void write(ByteBuffer[] sources, int count, long position) {}

    @Override
    public void sync() {}

    @Override
    public void truncate(long size) {}

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      return 0;
    }

    @Override
    public void close() {}
  }
}
