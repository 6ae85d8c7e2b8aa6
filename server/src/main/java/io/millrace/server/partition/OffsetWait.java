package io.millrace.server.partition;

/** A wait for an offset, which can be given up. Any thread. */
@FunctionalInterface
public interface OffsetWait {

  /**
   * Gives the wait up.
   *
   * @return true when the callback has not run and will not run
   */
  boolean cancel();
}
