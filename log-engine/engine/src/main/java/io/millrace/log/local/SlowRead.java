package io.millrace.log.local;

import io.millrace.log.StoreException;
import io.millrace.log.StoreFailedException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** A read that may wait for a disk, and so runs on a thread that may wait. */
@FunctionalInterface
interface SlowRead<T> {
  T read() throws IOException;

  /**
   * Reads on one of {@code reads}' threads. However it ends, the result says so.
   *
   * @param what is read, for the message of a failure
   */
  static <T> CompletionStage<T> on(Executor reads, String what, SlowRead<T> read) {
    CompletableFuture<T> result = new CompletableFuture<>();
    reads.execute(
        () -> {
          try {
            result.complete(read.read());
          } catch (StoreException e) {
            result.completeExceptionally(e);
          } catch (IOException e) {
            result.completeExceptionally(new StoreFailedException(what + " failed", e));
          } catch (RuntimeException | Error e) {
            // The reader must hear of it whatever it is, and so must the operator.
            result.completeExceptionally(e);
            throw e;
          }
        });
    return result;
  }
}
