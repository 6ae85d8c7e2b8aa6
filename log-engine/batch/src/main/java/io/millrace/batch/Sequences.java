package io.millrace.batch;

/** Arithmetic on producers' sequence numbers, which wrap from 2^31-1 to 0 (KIP-98). */
public final class Sequences {
  private Sequences() {}

  /** {@code sequence + count}, wrapped. Both 0 or more. */
  public static int plus(int sequence, int count) {
    return (sequence + count) & Integer.MAX_VALUE;
  }

  /** Whether {@code next} follows {@code last} without a gap. */
  public static boolean follows(int last, int next) {
    return next == plus(last, 1);
  }

  /** Whether {@code sequence} lies before {@code other}: less than half the range behind it. */
  public static boolean isBefore(int sequence, int other) {
    return sequence != other && ((other - sequence) & Integer.MAX_VALUE) < (1 << 30);
  }
}
