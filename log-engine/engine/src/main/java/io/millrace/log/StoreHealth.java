package io.millrace.log;

/** Whether a store takes appends. */
public enum StoreHealth {
  /** All appends are taken. */
  OK,
  /**
   * Space runs out: only appends marked {@link AppendOptions#critical} are taken, from a reserve.
   * The store returns to {@link #OK} by itself when space returns.
   */
  FULL,
  /** A write or sync failed. Nothing is taken until the store was opened anew. */
  FAILED
}
