package io.millrace.kernel;

/** The two clocks of the system. Implementations are safe for use from any thread. */
public interface Clock {

  /** Milliseconds since the Unix epoch. May jump in either direction: never used for durations. */
  long wallMs();

  /** Nanoseconds since an arbitrary moment, never going back. Used for deadlines and durations. */
  long nanoTime();

  /** The machine's clocks. */
  Clock SYSTEM =
      new Clock() {
        @Override
        public long wallMs() {
          return System.currentTimeMillis();
        }

        @Override
        public long nanoTime() {
          return System.nanoTime();
        }
      };
}
