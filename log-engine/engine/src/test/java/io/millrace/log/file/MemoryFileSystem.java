package io.millrace.log.file;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Files in memory, with the difference between what was written and what survives: {@link #crash}
 * loses power, after which unsynced pages and names are kept, lost or torn as a seed decides. It
 * can also fill up and fail to sync. Safe for use from any thread.
 */
public final class MemoryFileSystem implements FileSystem {

  /**
   * A change of names that a power loss may undo. Both names of a renaming change together.
   *
   * @param made directories that are made here, or removed where false
   */
  private record NameChange(
      String directory, Map<String, @Nullable MemoryFile> bindings, Map<String, Boolean> made) {}

  private final Map<String, MemoryFile> files = new HashMap<>();
  private final Map<String, MemoryFile> filesOnDisk = new HashMap<>();
  private final TreeSet<String> directories = new TreeSet<>();
  private final TreeSet<String> directoriesOnDisk = new TreeSet<>();
  private final List<NameChange> unsyncedNames = new ArrayList<>();
  private final TreeSet<String> locks = new TreeSet<>();
  private final Random random = new Random(1);
  private long capacity = Long.MAX_VALUE;
  private long generation;
  private long syncs;
  private long namesTouched;
  private Predicate<String> failingSyncs = path -> false;
  private Predicate<String> failingWrites = path -> false;

  /** Limits what all files together may hold. */
  public synchronized void setCapacity(long bytes) {
    capacity = bytes;
  }

  /** The bytes of all files. */
  public synchronized long usedBytes() {
    return files.values().stream().mapToLong(MemoryFile::size).sum();
  }

  /** Makes syncs of the files with these paths fail, as a dying disk does. */
  public synchronized void failSyncs(Predicate<String> paths) {
    failingSyncs = paths;
  }

  /** Makes writes to the files with these paths fail with an input/output error. */
  public synchronized void failWrites(Predicate<String> paths) {
    failingWrites = paths;
  }

  /** How many times something was synced. */
  public synchronized long syncCount() {
    return syncs;
  }

  /** How many times a file was opened, looked for or listed: what recovery must not do per log. */
  public synchronized long namesTouched() {
    return namesTouched;
  }

  /** Power is lost. Every open file becomes unusable; what is left can be opened anew. */
  public synchronized void crash(long seed) {
    Random fate = Seeds.random(seed);
    for (NameChange change : unsyncedNames) {
      if (fate.nextBoolean()) {
        bind(filesOnDisk, directoriesOnDisk, change);
      }
    }
    unsyncedNames.clear();
    // What lies in a directory that is lost is lost with it.
    directoriesOnDisk.removeIf(path -> !isReachable(path));
    filesOnDisk.keySet().removeIf(path -> !isReachable(path));
    // In an order that a seed can repeat.
    for (MemoryFile file : new TreeMap<>(filesOnDisk).values()) {
      file.crash(fate);
    }
    files.clear();
    files.putAll(filesOnDisk);
    directories.clear();
    directories.addAll(directoriesOnDisk);
    endProcess();
  }

  private boolean isReachable(String path) {
    for (String above = parent(path); !above.isEmpty(); above = parent(above)) {
      if (!directoriesOnDisk.contains(above)) {
        return false;
      }
    }
    return true;
  }

  /** The process dies, but the operating system lives: everything written is there. */
  public synchronized void killProcess() {
    endProcess();
  }

  /**
   * The process dies, and much later another one starts: of what failed syncs have dropped, some is
   * no longer in the operating system's memory either.
   */
  public synchronized void killProcess(long seed) {
    Random fate = Seeds.random(seed);
    for (MemoryFile file : new TreeMap<>(files).values()) {
      file.evictDropped(fate);
    }
    endProcess();
  }

  /** A sync of a file fails: some of what was written is lost, whatever later syncs say. */
  synchronized void dropUnsynced(String path, Random random) throws IOException {
    existing(path).failSync(random);
  }

  /** The paths of all files, in order. */
  public synchronized List<String> paths() {
    return new ArrayList<>(new TreeMap<>(files).keySet());
  }

  private void endProcess() {
    locks.clear();
    generation++;
    failingSyncs = path -> false;
    failingWrites = path -> false;
  }

  /** Damages one bit of a file for good. */
  public synchronized void flipBit(String path, long position, int bit) throws IOException {
    existing(path).flipBit(position, bit);
  }

  @Override
  public String description() {
    return "memory";
  }

  @Override
  public synchronized StoreFile open(String path) throws IOException {
    namesTouched++;
    return new Handle(path, existing(path), generation);
  }

  private MemoryFile existing(String path) throws IOException {
    MemoryFile file = files.get(path);
    if (file == null) {
      throw new FileNotFoundException(path);
    }
    return file;
  }

  @Override
  public synchronized StoreFile create(String path) throws IOException {
    if (!parent(path).isEmpty() && !directories.contains(parent(path))) {
      throw new FileNotFoundException(parent(path));
    }
    if (room() == 0) {
      throw new NoSpaceException("no space left to create " + path);
    }
    MemoryFile file = files.get(path);
    if (file == null) {
      file = new MemoryFile();
      Map<String, @Nullable MemoryFile> bindings = new HashMap<>();
      bindings.put(path, file);
      change(parent(path), bindings);
    } else {
      file.truncate(0);
    }
    return new Handle(path, file, generation);
  }

  @Override
  public synchronized boolean exists(String path) {
    namesTouched++;
    return files.containsKey(path) || directories.contains(path);
  }

  @Override
  public synchronized List<String> list(String directory) {
    namesTouched++;
    List<String> names = new ArrayList<>();
    for (String path : files.keySet()) {
      if (parent(path).equals(directory)) {
        names.add(name(path));
      }
    }
    for (String path : directories) {
      if (!path.isEmpty() && parent(path).equals(directory)) {
        names.add(name(path));
      }
    }
    return names;
  }

  @Override
  public synchronized void createDirectories(String directory) {
    for (String path = directory; !path.isEmpty(); path = parent(path)) {
      if (!directories.contains(path)) {
        change(new NameChange(parent(path), Map.of(), Map.of(path, true)));
      }
    }
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    Map<String, @Nullable MemoryFile> bindings = new HashMap<>();
    bindings.put(to, existing(from));
    bindings.put(from, null);
    change(parent(to), bindings);
  }

  @Override
  public synchronized void delete(String path) throws IOException {
    if (directories.contains(path)) {
      if (!list(path).isEmpty()) {
        throw new IOException("directory is not empty: " + path);
      }
      change(new NameChange(parent(path), Map.of(), Map.of(path, false)));
      return;
    }
    if (files.containsKey(path)) {
      Map<String, @Nullable MemoryFile> bindings = new HashMap<>();
      bindings.put(path, null);
      change(parent(path), bindings);
    }
  }

  @Override
  public synchronized void syncDirectory(String directory) {
    syncs++;
    unsyncedNames.removeIf(
        change -> {
          boolean here = change.directory.equals(directory);
          if (here) {
            bind(filesOnDisk, directoriesOnDisk, change);
          }
          return here;
        });
  }

  @Override
  public synchronized long usableBytes() {
    return room();
  }

  private long room() {
    return capacity == Long.MAX_VALUE ? capacity : Math.max(0, capacity - usedBytes());
  }

  @Override
  public synchronized Closeable lock(String path) throws IOException {
    if (!locks.add(path)) {
      throw new LockedException("memory is in use by another store");
    }
    long mine = generation;
    return () -> {
      synchronized (this) {
        if (mine == generation) {
          locks.remove(path);
        }
      }
    };
  }

  private void change(String directory, Map<String, @Nullable MemoryFile> bindings) {
    change(new NameChange(directory, bindings, Map.of()));
  }

  private void change(NameChange change) {
    bind(files, directories, change);
    unsyncedNames.add(change);
  }

  private static void bind(
      Map<String, MemoryFile> names, Set<String> directories, NameChange change) {
    change.made.forEach(
        (path, made) -> {
          if (made) {
            directories.add(path);
          } else {
            directories.remove(path);
          }
        });
    change.bindings.forEach(
        (name, file) -> {
          if (file == null) {
            names.remove(name);
          } else {
            names.put(name, file);
          }
        });
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private final class Handle implements StoreFile {
    private final String path;
    private final MemoryFile file;
    private final long born;

    Handle(String path, MemoryFile file, long born) {
      this.path = path;
      this.file = file;
      this.born = born;
    }

    private void checkAlive() throws IOException {
      if (born != generation) {
        throw new IOException("the process that opened " + path + " is dead");
      }
    }

    @Override
    public long size() throws IOException {
      synchronized (MemoryFileSystem.this) {
        checkAlive();
        return file.size();
      }
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      synchronized (MemoryFileSystem.this) {
        checkAlive();
        byte[] bytes = new byte[target.remaining()];
        int count = file.read(bytes, 0, bytes.length, position);
        target.put(bytes, 0, count);
        return count;
      }
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      synchronized (MemoryFileSystem.this) {
        checkAlive();
        if (failingWrites.test(path)) {
          throw new IOException("input/output error writing " + path);
        }
        byte[] bytes = new byte[source.remaining()];
        source.duplicate().get(bytes);
        long growth = Math.max(0, position + bytes.length - file.size());
        long room = growth == 0 ? 0 : room();
        int possible = (int) Math.max(0, bytes.length - Math.max(0, growth - room));
        file.write(bytes, 0, possible, position);
        source.position(source.position() + possible);
        if (possible < bytes.length) {
          throw new NoSpaceException("no space left to write " + path);
        }
      }
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
      synchronized (MemoryFileSystem.this) {
        checkAlive();
        syncs++;
        if (failingSyncs.test(path)) {
          file.failSync(random);
          throw new IOException("input/output error syncing " + path);
        }
        file.sync();
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (MemoryFileSystem.this) {
        checkAlive();
        file.truncate(size);
      }
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
        throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(count, 1 << 16));
      read(bytes, position);
      return target.write(bytes.flip());
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
