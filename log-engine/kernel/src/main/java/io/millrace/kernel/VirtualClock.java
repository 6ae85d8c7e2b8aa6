package io.millrace.kernel;

/** A clock that a test moves. Not safe for use by several threads. */
public final class VirtualClock implements Clock {
  private long wallMs;
  private long nanoTime;

  public VirtualClock(long wallMs) {
    this.wallMs = wallMs;
  }

  @Override
  public long wallMs() {
    return wallMs + nanoTime / 1_000_000L;
  }

  @Override
  public long nanoTime() {
    return nanoTime;
  }

  /** Moves both clocks forward together; a moment in the past changes nothing. */
  public void advanceToNs(long momentNs) {
    nanoTime = Math.max(nanoTime, momentNs);
  }

  /** Makes the wall clock jump, as an operator or a time daemon can. */
  public void jumpWallMs(long differenceMs) {
    wallMs += differenceMs;
  }
}
