package io.millrace.server.door.admin.live;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A stream of server-sent events to one client. Safe for use from any thread, but one send at a
 * time.
 */
public interface EventChannel {

  /**
   * Sends an event. The stage completes when the client's socket took it, and fails when the client
   * is gone.
   *
   * @param id what the client sends back as {@code Last-Event-ID} after a break, or null
   */
  CompletionStage<?> send(String event, @Nullable String id, Object data);

  /** Sends a line that clients ignore; it shows both sides that the other one is there. */
  CompletionStage<?> heartbeat();

  /** Whether the client may still listen. */
  boolean isOpen();

  /** Ends the stream. Idempotent. */
  void close();
}
