package io.millrace.server.door.admin.adapter;

import io.millrace.log.StoreBusyException;
import io.millrace.log.StoreFullException;
import io.millrace.server.catalog.CatalogException;
import io.millrace.server.door.admin.port.RefusedException;
import io.millrace.server.door.admin.port.RefusedException.Reason;
import io.millrace.server.partition.BusyException;
import io.millrace.server.partition.PartitionUnavailableException;
import io.millrace.server.partition.RefusedBatchException;
import io.millrace.server.security.user.UserException;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.ShardUnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** From replies to stages, with the broker's refusals put into the door's words. */
final class Futures {
  private Futures() {}

  static <R> CompletableFuture<R> ask(Consumer<Reply<R>> request) {
    CompletableFuture<R> future = new CompletableFuture<>();
    request.accept(
        new Reply<>() {
          @Override
          public void ok(R response) {
            future.complete(response);
          }

          @Override
          public void fail(RuntimeException error) {
            future.completeExceptionally(translate(error));
          }
        });
    return future;
  }

  static RuntimeException translate(RuntimeException error) {
    String message = sentence(String.valueOf(error.getMessage()));
    if (error instanceof CatalogException refused) {
      return new RefusedException(reason(refused), message, error);
    }
    if (error instanceof UserException refused) {
      return new RefusedException(reason(refused), message, error);
    }
    if (error instanceof RefusedBatchException) {
      return new RefusedException(Reason.INVALID, message, error);
    }
    if (error instanceof BusyException
        || error instanceof StoreBusyException
        || error instanceof StoreFullException
        || error instanceof ShardUnavailableException
        || error instanceof PartitionUnavailableException) {
      return new RefusedException(Reason.UNAVAILABLE, message + " Try again shortly.", error);
    }
    return error;
  }

  private static Reason reason(CatalogException refused) {
    return switch (refused.reason()) {
      case UNKNOWN_TOPIC, UNKNOWN_PARTITION -> Reason.NOT_FOUND;
      case TOPIC_EXISTS, LIMIT_REACHED -> Reason.CONFLICT;
      case INVALID_NAME, INVALID_PARTITIONS, INVALID_CONFIG -> Reason.INVALID;
    };
  }

  private static Reason reason(UserException refused) {
    return switch (refused.reason()) {
      case UNKNOWN -> Reason.NOT_FOUND;
      case EXISTS, LIMIT_REACHED -> Reason.CONFLICT;
      case INVALID -> Reason.INVALID;
    };
  }

  private static String sentence(String message) {
    return message.isEmpty()
        ? message
        : Character.toUpperCase(message.charAt(0))
            + message.substring(1)
            + (message.endsWith(".") ? "" : ".");
  }
}
