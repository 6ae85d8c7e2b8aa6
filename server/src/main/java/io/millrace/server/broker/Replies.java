package io.millrace.server.broker;

import io.millrace.server.shard.Reply;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** From stages to replies. */
final class Replies {
  private Replies() {}

  /** Answers with a stage's outcome. */
  static <R> void complete(Reply<R> reply, R result, @Nullable Throwable error) {
    if (error == null) {
      reply.ok(result);
      return;
    }
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    reply.fail(
        cause instanceof RuntimeException known
            ? known
            : new IllegalStateException("a request failed in the background", cause));
  }
}
