package io.millrace.server.door.admin.rest;

import io.millrace.server.door.admin.live.EventChannel;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An event stream on Jakarta REST's server-sent events. */
final class SseChannel implements EventChannel {
  private static final Logger LOG = LoggerFactory.getLogger(SseChannel.class);

  private final SseEventSink sink;
  private final Sse sse;

  SseChannel(SseEventSink sink, Sse sse) {
    this.sink = sink;
    this.sse = sse;
  }

  @Override
  public CompletionStage<?> send(String event, @Nullable String id, Object data) {
    OutboundSseEvent.Builder builder =
        sse.newEventBuilder().name(event).data(String.class, Json.write(data));
    if (id != null) {
      builder.id(id);
    }
    return send(builder.build());
  }

  @Override
  public CompletionStage<?> heartbeat() {
    return send(sse.newEventBuilder().comment("still here").build());
  }

  private CompletionStage<?> send(OutboundSseEvent event) {
    try {
      return sink.send(event);
    } catch (IllegalStateException closed) {
      return CompletableFuture.failedFuture(closed);
    }
  }

  @Override
  public boolean isOpen() {
    return !sink.isClosed();
  }

  @Override
  public void close() {
    try {
      sink.close();
    } catch (IOException gone) {
      LOG.debug("closing a stream whose client is gone", gone);
    }
  }
}
