package io.millrace.log.local.segment;

import io.millrace.kernel.Failures;
import io.millrace.log.file.FileSystem;
import io.millrace.log.file.StoreFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Keeps a bounded number of files open, whatever the number of segments. A file in use is never
 * closed and never deleted: deletion waits for the last lease. Safe for use from any thread.
 *
 * <p>Who holds a lease on a file that is to be deleted can have more of them; for everybody else it
 * is gone already. Its name cannot be used again before it is gone from the disk: the deletion
 * would take the new file. Nobody needs that, for a log's segments never begin where one began
 * before, and a log's id is never used again.
 */
public final class FileCache implements AutoCloseable {

  /** An open file, held until closed. */
  public static final class Lease implements AutoCloseable {
    private final FileCache cache;
    private final Entry entry;
    private boolean closed;

    private Lease(FileCache cache, Entry entry) {
      this.cache = cache;
      this.entry = entry;
    }

    public StoreFile file() {
      return entry.file;
    }

    /** Gives the file back. Idempotent. */
    @Override
    public void close() {
      if (!closed) {
        closed = true;
        cache.release(entry);
      }
    }
  }

  private static final class Entry {
    private final String path;
    private final StoreFile file;
    private int leases;

    private Entry(String path, StoreFile file) {
      this.path = path;
      this.file = file;
    }
  }

  private final FileSystem files;
  private final int maxOpen;
  private final Executor deletions;
  private final LinkedHashMap<String, Entry> open = new LinkedHashMap<>(16, 0.75f, true);

  /** In use, and to be deleted then. */
  private final Map<String, Entry> doomed = new HashMap<>();

  /** Used by nobody, and not yet deleted. */
  private final Set<String> deleting = new HashSet<>();

  /**
   * @param maxOpen how many files stay open that nobody uses right now
   * @param deletions where files are deleted, which can take long
   */
  public FileCache(FileSystem files, int maxOpen, Executor deletions) {
    this.files = files;
    this.maxOpen = maxOpen;
    this.deletions = deletions;
  }

  public FileSystem files() {
    return files;
  }

  /**
   * Opens an existing file, or shares it with those who have it open.
   *
   * @throws FileNotFoundException also when it was deleted and nobody uses it any more
   */
  public Lease acquire(String path) throws IOException {
    return acquire(path, false);
  }

  /**
   * Opens a new file; one that lies there is emptied.
   *
   * @throws FileNotFoundException when one of that name was deleted and is not gone yet
   */
  public Lease create(String path) throws IOException {
    return acquire(path, true);
  }

  private synchronized Lease acquire(String path, boolean create) throws IOException {
    Entry entry = create ? open.get(path) : doomed.getOrDefault(path, open.get(path));
    if (entry == null) {
      if (isBeingDeleted(path)) {
        throw new FileNotFoundException(path + " is being deleted");
      }
      entry = new Entry(path, create ? files.create(path) : files.open(path));
      open.put(path, entry);
    } else if (create) {
      entry.file.truncate(0);
    }
    entry.leases++;
    closeIdle();
    return new Lease(this, entry);
  }

  private synchronized void release(Entry entry) {
    entry.leases--;
    if (entry.leases == 0 && doomed.remove(entry.path, entry)) {
      close(entry);
      deleteLater(entry.path);
    } else {
      closeIdle();
    }
  }

  private void closeIdle() {
    if (open.size() <= maxOpen) {
      return;
    }
    Iterator<Map.Entry<String, Entry>> oldestFirst = open.entrySet().iterator();
    while (open.size() > maxOpen && oldestFirst.hasNext()) {
      Entry entry = oldestFirst.next().getValue();
      if (entry.leases == 0) {
        oldestFirst.remove();
        close(entry);
      }
    }
  }

  private boolean isBeingDeleted(String path) {
    return doomed.containsKey(path) || deleting.contains(path);
  }

  /** Deletes a file, in the background, when the last lease on it has ended. Idempotent. */
  public synchronized void delete(String path) {
    if (isBeingDeleted(path)) {
      return;
    }
    Entry entry = open.remove(path);
    if (entry != null && entry.leases > 0) {
      doomed.put(path, entry);
      return;
    }
    if (entry != null) {
      close(entry);
    }
    deleteLater(path);
  }

  /** Closes a file that nobody uses, if it is open. */
  synchronized void forget(String path) {
    Entry entry = open.remove(path);
    if (entry != null) {
      close(entry);
    }
  }

  private void deleteLater(String path) {
    deleting.add(path);
    deletions.execute(
        () -> {
          try {
            files.delete(path);
          } catch (IOException e) {
            Failures.report("deleting " + path, e);
          } finally {
            deleted(path);
          }
        });
  }

  private synchronized void deleted(String path) {
    deleting.remove(path);
  }

  /** How many files are open, without those that are to be deleted. */
  public synchronized int openCount() {
    return open.size();
  }

  private static void close(Entry entry) {
    try {
      entry.file.close();
    } catch (IOException e) {
      Failures.report("closing " + entry.path, e);
    }
  }

  /** Closes every file, also those in use. */
  @Override
  public synchronized void close() {
    open.values().forEach(FileCache::close);
    open.clear();
  }
}
