package io.millrace.server.door.kafka.api;

import io.millrace.server.shard.Reply;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Runs something when several answers have come, in any order, on any threads. */
final class Tally {
  private final AtomicInteger missing;
  private final Runnable whenAll;

  /** Runs {@code whenAll} at once when nothing is expected. */
  Tally(int expected, Runnable whenAll) {
    this.missing = new AtomicInteger(expected);
    this.whenAll = whenAll;
    if (expected == 0) {
      whenAll.run();
    }
  }

  /** Says that one answer has come. */
  void count() {
    if (missing.decrementAndGet() == 0) {
      whenAll.run();
    }
  }

  /** A reply that counts after it was seen to. What {@code ok} throws is a failure. */
  <R> Reply<R> reply(Consumer<R> ok, Consumer<RuntimeException> failed) {
    return new Reply<>() {
      @Override
      public void ok(R response) {
        try {
          ok.accept(response);
        } catch (RuntimeException e) {
          failed.accept(e);
        }
        count();
      }

      @Override
      public void fail(RuntimeException error) {
        failed.accept(error);
        count();
      }
    };
  }
}
