package io.millrace.races;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Parks threads in place of {@link java.util.concurrent.locks.LockSupport}, in classes that {@link
 * Parking} has prepared. The model checker lets a parked thread wake up for no reason, as the
 * platform may; so it would never see that a wake-up is missing. Here a thread without a permit
 * waits for ever, and the checker says so.
 */
public final class Permits {

  /** One thread's. */
  private static final class Permit {
    private boolean available;

    synchronized void take() {
      try {
        while (!available) {
          wait();
        }
        available = false;
      } catch (InterruptedException e) {
        // A permit's thread is not interrupted here.
        throw new IllegalStateException(e);
      }
    }

    synchronized void give() {
      available = true;
      notifyAll();
    }

    synchronized void drop() {
      available = false;
    }
  }

  private static final Map<Thread, Permit> OF_THREAD = new ConcurrentHashMap<>();

  private Permits() {}

  static void reset() {
    OF_THREAD.clear();
  }

  private static Permit of(Thread thread) {
    return OF_THREAD.computeIfAbsent(thread, t -> new Permit());
  }

  /** Waits for the calling thread's permit. */
  public static void park() {
    of(Thread.currentThread()).take();
  }

  /** As {@link #park()}. */
  public static void park(Object blocker) {
    park();
  }

  /** A pause that ends by itself: other threads may go first, and that is all that is promised. */
  @SuppressWarnings("ThreadPriorityCheck") // a point at which the checker may go on elsewhere
  public static void parkNanos(long nanos) {
    Thread.yield();
    of(Thread.currentThread()).drop();
  }

  /** As {@link #parkNanos(long)}. */
  public static void parkNanos(Object blocker, long nanos) {
    parkNanos(nanos);
  }

  /** Gives a thread its permit. */
  public static void unpark(Thread thread) {
    of(thread).give();
  }
}
