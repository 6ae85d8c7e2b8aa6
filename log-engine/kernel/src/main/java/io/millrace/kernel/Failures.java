package io.millrace.kernel;

import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where failures of background work arrive. They are logged and counted; the loop in
 * which they arose lives on. Safe for use from any thread.
 */
public final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
  private static final AtomicLong COUNT = new AtomicLong();

  private Failures() {}

  /** Reports a failure that no caller can receive. */
  public static void report(String where, Throwable failure) {
    COUNT.incrementAndGet();
    LOG.error("background failure in {}", where, failure);
  }

  /** How many failures were reported since the process started. */
  public static long count() {
    return COUNT.get();
  }
}
