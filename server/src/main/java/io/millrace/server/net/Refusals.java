package io.millrace.server.net;

import io.millrace.kernel.Clock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log that a client was refused something by its own fault, so that an operator finds
 * whose it is. One line for each connection in {@value #PAUSE_S} s: a client that is wrong without
 * end does not fill the disk. Any thread.
 */
public final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
  private static final int PAUSE_S = 10;

  /** Answer of {@link #count}: no line for this one. */
  static final long NOT_NOW = -1;

  private final Clock clock;
  private long nextNs; // guarded by this
  private long unsaid; // guarded by this
  private boolean spoken; // guarded by this

  public Refusals(Clock clock) {
    this.clock = clock;
  }

  /**
   * Notes one.
   *
   * @param client who it was, for people
   * @param asked what it asked for
   * @param error what it was answered with, in its protocol's words
   * @param why more about that
   */
  public void add(Object client, Object asked, Object error, @Nullable String why) {
    long skipped = count();
    if (skipped == NOT_NOW) {
      return;
    }
    LOG.warn(
        "{} was refused {}: {}{}{}",
        client,
        asked,
        error,
        why == null ? "" : ": " + why,
        skipped == 0 ? "" : " (and " + skipped + " more before that)");
  }

  /** How many were left out before this one, or that this one is left out too. */
  synchronized long count() {
    long now = clock.nanoTime();
    if (spoken && now - nextNs < 0) {
      unsaid++;
      return NOT_NOW;
    }
    spoken = true;
    nextNs = now + TimeUnit.SECONDS.toNanos(PAUSE_S);
    long skipped = unsaid;
    unsaid = 0;
    return skipped;
  }
}
