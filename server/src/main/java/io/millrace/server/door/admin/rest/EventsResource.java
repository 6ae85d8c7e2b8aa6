package io.millrace.server.door.admin.rest;

import io.millrace.server.door.admin.auth.AccessControl;
import io.millrace.server.door.admin.auth.Session;
import io.millrace.server.door.admin.live.DestinationStream;
import io.millrace.server.door.admin.live.LiveDestinations;
import io.millrace.server.door.admin.live.StreamLimit;
import io.millrace.server.door.admin.port.RefusedException;
import io.millrace.server.door.admin.port.RefusedException.Reason;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.concurrent.Executor;

/** The live list of destinations, as server-sent events. */
@Path("/events")
public final class EventsResource {
  private final LiveDestinations live;
  private final AccessControl access;
  private final StreamLimit limit;
  private final Executor executor;

  EventsResource(
      LiveDestinations live, AccessControl access, StreamLimit limit, Executor executor) {
    this.live = live;
    this.access = access;
    this.limit = limit;
    this.executor = executor;
  }

  /** Event {@code all} with every row, then {@code changes} about once a second. */
  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public void destinations(
      @Context SseEventSink sink, @Context Sse sse, @Context HttpServletRequest http) {
    acquire();
    Session session = Caller.of(http).session();
    DestinationStream stream =
        new DestinationStream(
            new SseChannel(sink, sse), executor, () -> access.stands(session), this::leave);
    live.listen(stream);
  }

  private void acquire() {
    if (!limit.tryAcquire()) {
      throw new RefusedException(
          Reason.UNAVAILABLE, "Too many event streams are open; close one and try again.");
    }
  }

  private void leave(LiveDestinations.Listener listener) {
    live.forget(listener);
    limit.release();
  }
}
