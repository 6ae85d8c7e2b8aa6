package io.millrace.server.shard;

/**
 * Where the outcome of a request goes. Exactly one method is called, once, on the thread of the
 * shard that answers (or, when no shard could be reached, on the caller's); it must return quickly
 * and must not throw.
 */
public interface Reply<R> {

  void ok(R response);

  /** Nothing was changed, or it is not known ({@link ShardUnavailableException#outcomeUnknown}). */
  void fail(RuntimeException error);

  /** A reply that nobody waits for: a failure is reported as one of the background. */
  static <R> Reply<R> none(String where) {
    return new Reply<>() {
      @Override
      public void ok(R response) {
        // Nobody asked.
      }

      @Override
      public void fail(RuntimeException error) {
        io.millrace.kernel.Failures.report(where, error);
      }
    };
  }
}
