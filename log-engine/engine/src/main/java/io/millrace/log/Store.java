package io.millrace.log;

import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Keeps logs. Methods are safe for use from any thread; stages complete on a thread of the store,
 * which their dependents must not block.
 */
public interface Store extends AutoCloseable {

  /**
   * Opens a log, creating it when it does not exist, and becomes its only writer: a {@link Log}
   * that was opened before under the same id is fenced, and its appends fail with {@link
   * LogFencedException}.
   *
   * <p>Cheap for an existing log of any size: nothing but the unsynced end was looked at when the
   * store started.
   *
   * <p>A new log exists durably with the first durable append to it; one that was never appended to
   * may be gone after a crash.
   *
   * @param listener told of durability and failure, on a thread of the store
   */
  CompletionStage<Log> open(LogId id, LogConfig config, LogListener listener);

  /** Deletes a log and all that it holds. Completes when it can no longer come back. Idempotent. */
  CompletionStage<Void> delete(LogId id);

  /** The logs that exist now, open or not. */
  Set<LogId> logs();

  /** Whether the store takes appends now. */
  StoreHealth health();

  /**
   * What was found and done when the store was opened, for the log and for tests; empty lines are
   * never in it.
   */
  java.util.List<String> recoveryReport();

  /** Makes everything durable that was appended and gives back every resource. Idempotent. */
  @Override
  void close();
}
