package io.millrace.server.door.admin.auth;

import io.millrace.kernel.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Slows down whoever guesses tokens: after a few failures an address must wait, twice as long after
 * each further one. Bounded; safe for use from any thread.
 */
public final class LoginThrottle {
  private static final int FREE_FAILURES = 5;
  private static final int LONGEST_WAIT_SECONDS = 300;
  private static final long FORGET_AFTER_NS = TimeUnit.MINUTES.toNanos(15);
  private static final int MAX_ADDRESSES = 1024;

  private static final class Failures {
    int count;
    long lastNs;
    long closedUntilNs;
  }

  private final Clock clock;
  private final Map<String, Failures> byAddress =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  public LoginThrottle(Clock clock) {
    this.clock = clock;
  }

  /** Seconds this address must wait before it may try again; 0 when it may try now. */
  public int waitSeconds(String address) {
    long now = clock.nanoTime();
    synchronized (byAddress) {
      Failures failures = byAddress.get(address);
      if (failures == null) {
        return 0;
      }
      if (now - failures.lastNs > FORGET_AFTER_NS) {
        byAddress.remove(address);
        return 0;
      }
      long leftNs = failures.closedUntilNs - now;
      return failures.count < FREE_FAILURES || leftNs <= 0
          ? 0
          : (int) (TimeUnit.NANOSECONDS.toSeconds(leftNs) + 1);
    }
  }

  public void failed(String address) {
    long now = clock.nanoTime();
    synchronized (byAddress) {
      Failures failures = byAddress.computeIfAbsent(address, a -> new Failures());
      failures.count++;
      failures.lastNs = now;
      int over = failures.count - FREE_FAILURES;
      if (over >= 0) {
        long seconds = Math.min(LONGEST_WAIT_SECONDS, 1L << Math.min(over, 30));
        failures.closedUntilNs = now + TimeUnit.SECONDS.toNanos(seconds);
      }
    }
  }

  public void succeeded(String address) {
    synchronized (byAddress) {
      byAddress.remove(address);
    }
  }
}
