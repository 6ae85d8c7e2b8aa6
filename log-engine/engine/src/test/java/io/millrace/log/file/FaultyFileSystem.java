package io.millrace.log.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/**
 * A file system in memory with faults that a seed decides. Every change (write, sync, new or
 * deleted name) is counted; at a chosen one the process ends, or an input/output error comes. A
 * write that is hit leaves any part of itself; a sync that is hit may have done its work, or not,
 * or half of it. Full disks, lost and torn pages, and damaged bits are the {@link
 * MemoryFileSystem}'s.
 *
 * <p>One thread.
 */
public final class FaultyFileSystem implements FileSystem {
  private static final long NEVER = Long.MAX_VALUE;

  /** A change to the disk, of which {@code part} can be done when it is hit. */
  private interface Change {
    void apply() throws IOException;

    void part() throws IOException;
  }

  private final MemoryFileSystem files;
  private final Random random;
  private LongConsumer slowness = durationNs -> {};
  private int slowOneIn;
  private long changes;
  private long cutAt = NEVER;
  private long errorFrom = NEVER;
  private long errorTo = NEVER;
  private Predicate<String> cutWhen = change -> false;
  private Predicate<String> failWhen = change -> false;
  private int readErrorOneIn;
  private boolean dead;
  private boolean failed;
  private boolean syncFailed;

  public FaultyFileSystem(MemoryFileSystem files, long seed) {
    this.files = files;
    this.random = Seeds.random(seed);
  }

  /** What is below: to lose power, to fill up, to damage. */
  public MemoryFileSystem memory() {
    return files;
  }

  /** How many changes there were. */
  public long changes() {
    return changes;
  }

  /** The process ends, with a {@link PowerCut}, at the change after so many others. */
  public void endProcessAfter(int others) {
    cutAt = changes + others;
  }

  /**
   * The process ends at the first change that is asked for. A change is named by what it does and
   * to which path: writing, syncing, truncating, creating, renaming, deleting, syncing directory.
   */
  public void endProcessWhen(Predicate<String> change) {
    cutWhen = change;
  }

  /** All changes that are asked for fail with an input/output error. */
  public void failWhen(Predicate<String> change) {
    failWhen = change;
  }

  /** So many changes fail with an input/output error, after so many others. */
  public void failAfter(int others, int count) {
    errorFrom = changes + others;
    errorTo = errorFrom + count;
  }

  /** One of so many reads fails; 0 for none. */
  public void failReads(int oneIn) {
    readErrorOneIn = oneIn;
  }

  /**
   * One of so many syncs takes up to two seconds; 0 for none.
   *
   * @param passes lets the time pass, in nanoseconds
   */
  public void slowSyncs(int oneIn, LongConsumer passes) {
    slowOneIn = oneIn;
    slowness = passes;
  }

  /** Whether an input/output error has come since the last {@link #heal}. */
  public boolean hasFailed() {
    return failed;
  }

  /** Whether a sync has failed since the last {@link #heal}. */
  public boolean hasSyncFailed() {
    return syncFailed;
  }

  /** Takes back all faults that are still to come, and lets a new process use the files. */
  public void heal() {
    cutAt = NEVER;
    cutWhen = change -> false;
    failWhen = change -> false;
    errorFrom = NEVER;
    errorTo = NEVER;
    readErrorOneIn = 0;
    slowOneIn = 0;
    dead = false;
    failed = false;
    syncFailed = false;
  }

  private void change(String what, Change change) throws IOException {
    checkAlive(what);
    long number = changes++;
    if (number >= cutAt || cutWhen.test(what)) {
      dead = true;
      try {
        change.part();
      } catch (IOException e) {
        // Nobody is left to hear of it.
      }
      throw new PowerCut(what);
    }
    if ((number >= errorFrom && number < errorTo) || failWhen.test(what)) {
      failed = true;
      change.part();
      throw new IOException("input/output error: " + what);
    }
    change.apply();
  }

  private void checkAlive(String what) {
    if (dead) {
      throw new PowerCut(what);
    }
  }

  /** A change that is there or not. */
  private void changeNames(String what, NameOperation operation) throws IOException {
    change(
        what,
        new Change() {
          @Override
          public void apply() throws IOException {
            operation.run();
          }

          @Override
          public void part() throws IOException {
            if (random.nextBoolean()) {
              operation.run();
            }
          }
        });
  }

  private interface NameOperation {
    void run() throws IOException;
  }

  @Override
  public String description() {
    return files.description();
  }

  @Override
  public StoreFile open(String path) throws IOException {
    checkAlive("opening");
    return new Handle(path, files.open(path));
  }

  @Override
  public StoreFile create(String path) throws IOException {
    changeNames("creating " + path, () -> files.create(path).close());
    return new Handle(path, files.open(path));
  }

  @Override
  public boolean exists(String path) {
    checkAlive("looking");
    return files.exists(path);
  }

  @Override
  public List<String> list(String directory) {
    checkAlive("looking");
    return files.list(directory);
  }

  @Override
  public void createDirectories(String directory) throws IOException {
    changeNames("creating " + directory, () -> files.createDirectories(directory));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    changeNames("renaming " + from, () -> files.rename(from, to));
  }

  @Override
  public void delete(String path) throws IOException {
    changeNames("deleting " + path, () -> files.delete(path));
  }

  @Override
  public void syncDirectory(String directory) throws IOException {
    changeNames("syncing directory " + directory, () -> files.syncDirectory(directory));
  }

  @Override
  public long usableBytes() {
    checkAlive("looking");
    return files.usableBytes();
  }

  @Override
  public Closeable lock(String path) throws IOException {
    checkAlive("locking");
    return files.lock(path);
  }

  private final class Handle implements StoreFile {
    private final String path;
    private final StoreFile file;

    Handle(String path, StoreFile file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public long size() throws IOException {
      checkAlive("looking");
      return file.size();
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      checkAlive("reading");
      if (readErrorOneIn > 0 && random.nextInt(readErrorOneIn) == 0) {
        failed = true;
        throw new IOException("input/output error: reading " + path);
      }
      return file.read(target, position);
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      change(
          "writing " + path,
          new Change() {
            @Override
            public void apply() throws IOException {
              file.write(source, position);
            }

            @Override
            public void part() throws IOException {
              int bytes = random.nextInt(source.remaining() + 1);
              file.write(source.slice(source.position(), bytes), position);
            }
          });
    }

    @Override
    public void write(ByteBuffer[] sources, int count, long position) throws IOException {
      long at = position;
      for (int i = 0; i < count; i++) {
        int size = sources[i].remaining();
        write(sources[i], at);
        at += size;
      }
    }

    @Override
    public void sync() throws IOException {
      if (slowOneIn > 0 && random.nextInt(slowOneIn) == 0) {
        slowness.accept(random.nextInt(2_000_000_000));
      }
      change(
          "syncing " + path,
          new Change() {
            @Override
            public void apply() throws IOException {
              file.sync();
            }

            @Override
            public void part() throws IOException {
              if (dead) {
                // What of it is done, the loss of power decides; when only the process ends, the
                // operating system still does it or has not begun.
                if (random.nextBoolean()) {
                  file.sync();
                }
              } else {
                syncFailed = true;
                files.dropUnsynced(path, random);
              }
            }
          });
    }

    @Override
    public void truncate(long size) throws IOException {
      changeNames("truncating " + path, () -> file.truncate(size));
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
        throws IOException {
      checkAlive("reading");
      return file.transferTo(position, count, target);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
