package io.millrace.log;

/**
 * Hears what becomes of the appends to one log. Called on a thread of the store, in order, never
 * concurrently for one log; must return quickly.
 */
public interface LogListener {

  /**
   * Every record below {@code durableOffset} is durable now. Told once for many appends. {@link
   * Log#stableOffset} may have moved up with it, and has not moved otherwise, but for the start.
   */
  void onDurable(long durableOffset);

  /**
   * What was appended at or above {@link Log#durableOffset} may or may not survive, and no further
   * append is taken. The log must be opened anew.
   */
  void onFailed(StoreException cause);
}
