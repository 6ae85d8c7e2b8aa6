package io.millrace.server.door.admin.rest;

import io.millrace.server.door.admin.auth.AccessControl;
import io.millrace.server.door.admin.auth.Session;
import io.millrace.server.door.admin.live.LiveDestinations;
import io.millrace.server.door.admin.live.StreamLimit;
import io.millrace.server.door.admin.live.Tail;
import io.millrace.server.door.admin.message.MessageBrowser;
import io.millrace.server.door.admin.port.AdminBroker;
import io.millrace.server.door.admin.port.DestinationStats;
import io.millrace.server.door.admin.port.RefusedException;
import io.millrace.server.door.admin.port.RefusedException.Reason;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The tail of a partition, as server-sent events. */
@Path("/destinations/{name}/tail")
public final class TailResource {
  private final AdminBroker broker;
  private final MessageBrowser browser;
  private final LiveDestinations live;
  private final AccessControl access;
  private final StreamLimit limit;

  TailResource(
      AdminBroker broker,
      MessageBrowser browser,
      LiveDestinations live,
      AccessControl access,
      StreamLimit limit) {
    this.broker = broker;
    this.browser = browser;
    this.live = live;
    this.access = access;
    this.limit = limit;
  }

  /** Event {@code message} for each new message; {@code skipped} where the client was too slow. */
  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public void tail(
      @PathParam("name") String name,
      @QueryParam("partition") @DefaultValue("0") int partition,
      @QueryParam("offset") @Nullable Long offset,
      @HeaderParam("Last-Event-ID") @Nullable Long lastEventId,
      @Context SseEventSink sink,
      @Context Sse sse,
      @Context HttpServletRequest http) {
    long end = endOffset(name, partition);
    boolean fromEnd = lastEventId == null && offset == null;
    long from = lastEventId != null ? lastEventId + 1 : offset != null ? offset : end;
    Params.range("offset", from, 0, Long.MAX_VALUE);
    acquire();
    Session session = Caller.of(http).session();
    BooleanSupplier allowed = () -> access.stands(session);
    Tail tail =
        new Tail(
            broker,
            browser,
            new SseChannel(sink, sse),
            name,
            partition,
            from,
            allowed,
            this::leave);
    live.listen(tail);
    if (fromEnd) {
      tail.startAtEnd();
    } else {
      tail.start();
    }
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

  private long endOffset(String name, int partition) {
    DestinationStats stats =
        broker
            .destination(name)
            .orElseThrow(
                () ->
                    new RefusedException(
                        Reason.NOT_FOUND, "There is no queue or topic named '" + name + "'."));
    Params.range("partition", partition, 0, stats.partitions().size() - 1L);
    return stats.partitions().get(partition).endOffset();
  }
}
