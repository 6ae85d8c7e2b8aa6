package io.millrace.log.local;

import io.millrace.kernel.Clock;
import io.millrace.kernel.Failures;
import io.millrace.log.LogId;
import io.millrace.log.local.manifest.Manifest;
import io.millrace.log.local.recovery.RecoveredLog;
import io.millrace.log.local.segment.FileCache;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Removes the directories of deleted logs, as soon as nobody reads from them any more. Belongs to
 * the keeper's agent.
 */
final class Graveyard {
  private static final int LOGS_PER_STEP = 16;
  private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Clock clock;
  private final FileCache cache;
  private final Manifest manifest;
  private final Set<LogId> deleted;
  private long nextNs;

  /**
   * @param deleted logs that were deleted before the store started
   */
  Graveyard(Clock clock, FileCache cache, Manifest manifest, Set<LogId> deleted) {
    this.clock = clock;
    this.cache = cache;
    this.manifest = manifest;
    this.deleted = new HashSet<>(deleted);
    this.nextNs = clock.nanoTime();
  }

  void add(LogId id) {
    deleted.add(id);
    nextNs = clock.nanoTime();
  }

  long nextDeadlineNs() {
    return deleted.isEmpty() ? Long.MAX_VALUE : nextNs;
  }

  int step() {
    if (deleted.isEmpty() || clock.nanoTime() - nextNs < 0) {
      return 0;
    }
    nextNs = clock.nanoTime() + RETRY_NS;
    List<LogId> gone = new ArrayList<>();
    Iterator<LogId> ids = deleted.iterator();
    while (ids.hasNext() && gone.size() < LOGS_PER_STEP) {
      LogId id = ids.next();
      if (remove(id)) {
        gone.add(id);
      }
    }
    return gone.isEmpty() ? 0 : forget(gone);
  }

  /** Nobody needs to remember these logs, once their directories cannot come back. */
  private int forget(List<LogId> gone) {
    try {
      cache.files().syncDirectory(RecoveredLog.DIRECTORY);
    } catch (IOException e) {
      Failures.report("syncing " + RecoveredLog.DIRECTORY, e);
      return 0;
    }
    gone.forEach(manifest::forget);
    gone.forEach(deleted::remove);
    if (gone.size() == LOGS_PER_STEP) {
      nextNs = clock.nanoTime();
    }
    return gone.size();
  }

  /** Returns whether nothing is left. */
  private boolean remove(LogId id) {
    String directory = RecoveredLog.directory(id);
    try {
      List<String> names = cache.files().list(directory);
      for (String name : names) {
        cache.delete(directory + "/" + name);
      }
      if (!names.isEmpty()) {
        return false;
      }
      cache.files().delete(directory);
      return true;
    } catch (IOException e) {
      Failures.report("deleting log " + id, e);
      return false;
    }
  }
}
