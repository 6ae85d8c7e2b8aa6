package io.millrace.kernel;

/** Schedules work on the thread of the agent that owns these timers. Owner's thread only. */
public interface Timers {

  /** A scheduled piece of work. */
  interface Timer {
    /** Takes it back; after this the work does not run. Idempotent, constant time. */
    void cancel();
  }

  /** Runs {@code work} once, not before {@code delayMs} milliseconds have passed. */
  Timer after(long delayMs, Runnable work);
}
