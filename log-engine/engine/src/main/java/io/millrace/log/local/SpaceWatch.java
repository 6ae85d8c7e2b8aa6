package io.millrace.log.local;

import io.millrace.kernel.Clock;
import io.millrace.kernel.Failures;
import io.millrace.log.StoreFailedException;
import io.millrace.log.StoreFullException;
import io.millrace.log.StoreHealth;
import io.millrace.log.file.FileSystem;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store's health: OK, FULL while less than the reserve is left on the disk, FAILED for good
 * after a failed write or sync. Safe for use from any thread.
 *
 * <pre>
 * OK  -- less than the reserve, or a write found no space -->  FULL
 * OK  &lt;-- reserve is there again (looked at every so often) --  FULL
 * OK, FULL  -- a write or sync failed -->  FAILED
 * </pre>
 */
final class SpaceWatch {
  private static final Logger LOG = LoggerFactory.getLogger(SpaceWatch.class);

  private final FileSystem files;
  private final Clock clock;
  private final long reserveBytes;
  private final long checkNs;
  private final AtomicLong nextCheckNs;
  private final AtomicLong uncheckedBytes = new AtomicLong();
  private volatile StoreHealth health = StoreHealth.OK;
  private volatile @Nullable StoreFailedException failure;

  SpaceWatch(FileSystem files, Clock clock, LocalStoreConfig config) {
    this.files = files;
    this.clock = clock;
    this.reserveBytes = config.reserveBytes();
    this.checkNs = TimeUnit.MILLISECONDS.toNanos(config.spaceCheckMs());
    this.nextCheckNs = new AtomicLong(clock.nanoTime());
    check();
  }

  StoreHealth health() {
    return health;
  }

  @Nullable StoreFailedException failure() {
    return failure;
  }

  /**
   * Lets an append of so many bytes pass, or says why not.
   *
   * @throws StoreFullException when space runs out and the append is not critical
   * @throws StoreFailedException after a failure
   */
  void admit(int bytes, boolean critical) {
    StoreFailedException broken = failure;
    if (broken != null) {
      throw new StoreFailedException(broken.getMessage() + "; restart the server", broken);
    }
    if (uncheckedBytes.addAndGet(bytes) > reserveBytes / 4 || health == StoreHealth.FULL) {
      checkIfDue();
    }
    if (health == StoreHealth.FULL && !critical) {
      throw new StoreFullException(
          "less than "
              + reserveBytes
              + " bytes are left on the disk of "
              + files.description()
              + "; free some space, or let retention do it");
    }
  }

  /** Looks at the disk when it is time. */
  void checkIfDue() {
    long nowNs = clock.nanoTime();
    long dueNs = nextCheckNs.get();
    boolean much = uncheckedBytes.get() > reserveBytes / 4;
    if ((much || nowNs - dueNs >= 0) && nextCheckNs.compareAndSet(dueNs, nowNs + checkNs)) {
      check();
    }
  }

  long nextCheckNs() {
    return nextCheckNs.get();
  }

  private void check() {
    uncheckedBytes.set(0);
    long usable;
    try {
      usable = files.usableBytes();
    } catch (IOException e) {
      Failures.report("looking at the space on the disk", e);
      return;
    }
    synchronized (this) {
      if (health == StoreHealth.OK && usable < reserveBytes) {
        full(usable + " bytes are left");
      } else if (health == StoreHealth.FULL && usable >= reserveBytes) {
        health = StoreHealth.OK;
        LOG.info("space is back on the disk of {}: taking appends again", files.description());
      }
    }
  }

  /** A write found no space. */
  synchronized void onNoSpace(IOException cause) {
    if (health == StoreHealth.OK) {
      full(String.valueOf(cause.getMessage()));
    }
  }

  private void full(String why) {
    health = StoreHealth.FULL;
    nextCheckNs.set(clock.nanoTime() + checkNs);
    LOG.warn("the disk of {} is full, refusing appends: {}", files.description(), why);
  }

  /**
   * A write or sync failed: nothing is taken any more.
   *
   * @return the first failure, which is this one or an earlier one
   */
  synchronized StoreFailedException onFailure(String where, Exception cause) {
    StoreFailedException first = failure;
    if (first == null) {
      first = new StoreFailedException(where + " failed: " + cause.getMessage(), cause);
      failure = first;
      health = StoreHealth.FAILED;
      LOG.error("{} failed, the store takes nothing any more", where, cause);
    }
    return first;
  }
}
