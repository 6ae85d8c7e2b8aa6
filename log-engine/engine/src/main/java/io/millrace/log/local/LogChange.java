package io.millrace.log.local;

import io.millrace.log.StoreException;
import io.millrace.log.local.format.ConfigFormat;
import io.millrace.log.local.format.JournalFormat;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * A change of a log itself, which takes its turn among the appends.
 *
 * @param type of the journal's entry
 * @param offset the new start offset, where that is what changes
 * @param done completed by the journal's agent when the change is durable and applied
 */
record LogChange(LogCore log, int type, long offset, CompletableFuture<Void> done)
    implements JournalWork {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  /** The log exists, with the configuration that it has when this is written. */
  static LogChange exists(LogCore log) {
    return new LogChange(log, JournalFormat.TYPE_LOG, 0, new CompletableFuture<>());
  }

  static LogChange start(LogCore log, long offset) {
    return new LogChange(log, JournalFormat.TYPE_START, offset, new CompletableFuture<>());
  }

  static LogChange deleted(LogCore log) {
    return new LogChange(log, JournalFormat.TYPE_DELETE, 0, new CompletableFuture<>());
  }

  ByteBuffer body() {
    return type == JournalFormat.TYPE_LOG ? configBody(log) : NOTHING;
  }

  static ByteBuffer configBody(LogCore log) {
    ByteBuffer body = ByteBuffer.allocate(ConfigFormat.BYTES);
    ConfigFormat.put(body, log.config());
    return body.flip();
  }

  void fail(StoreException cause) {
    done.completeExceptionally(cause);
  }
}
