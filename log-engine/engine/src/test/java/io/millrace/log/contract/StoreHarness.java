package io.millrace.log.contract;

import io.millrace.log.Store;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** A store under test, and how to wait for it. */
public interface StoreHarness extends AutoCloseable {

  Store store();

  /** Closes the store and opens it again on what it kept. */
  Store restart();

  /** Waits until a condition holds; fails the test when it does not within a long time. */
  void await(BooleanSupplier condition);

  /** Waits for a result. Failures come out as they were given to the stage. */
  default <T> T await(CompletionStage<T> stage) {
    var future = stage.toCompletableFuture();
    await(future::isDone);
    try {
      return future.join();
    } catch (java.util.concurrent.CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  @Override
  void close();
}
