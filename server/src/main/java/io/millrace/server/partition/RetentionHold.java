package io.millrace.server.partition;

/**
 * Keeps records from being deleted by retention, as a queue does with what is not settled. The
 * thread of the partition's shard.
 */
@FunctionalInterface
public interface RetentionHold {

  /** Records from this offset on must be kept. */
  long floor();
}
