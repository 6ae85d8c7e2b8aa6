package io.millrace.server.door.admin.rest;

import io.millrace.server.door.admin.live.LiveDestinations;
import io.millrace.server.door.admin.model.CreateDestination;
import io.millrace.server.door.admin.model.DestinationDetail;
import io.millrace.server.door.admin.model.DestinationList;
import io.millrace.server.door.admin.port.AdminBroker;
import io.millrace.server.door.admin.port.DestinationKind;
import io.millrace.server.door.admin.port.DestinationStats;
import io.millrace.server.door.admin.port.NewDestination;
import io.millrace.server.door.admin.port.RefusedException;
import io.millrace.server.door.admin.port.RefusedException.Reason;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Queues and topics. */
@Path("/destinations")
@Produces(MediaType.APPLICATION_JSON)
public final class DestinationsResource {
  private static final int MAX_LIMIT = 10_000;

  private final AdminBroker broker;
  private final LiveDestinations live;

  DestinationsResource(AdminBroker broker, LiveDestinations live) {
    this.broker = broker;
    this.live = live;
  }

  @GET
  public DestinationList list(
      @QueryParam("search") @Nullable String search,
      @QueryParam("kind") @Nullable String kind,
      @QueryParam("sort") @DefaultValue("name") String sort,
      @QueryParam("offset") @DefaultValue("0") int offset,
      @QueryParam("limit") @DefaultValue("1000") int limit) {
    Params.range("offset", offset, 0, Integer.MAX_VALUE);
    Params.range("limit", limit, 1, MAX_LIMIT);
    return DestinationQuery.select(
        broker.destinations().stream().map(live::row).toList(), search, kind, sort, offset, limit);
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public CompletionStage<Response> create(CreateDestination wanted) {
    Map<String, String> config = new HashMap<>();
    if (wanted.config() != null) {
      config.putAll(wanted.config());
    }
    if (wanted.durability() != null) {
      config.put("millrace.durability", wanted.durability());
    }
    Integer partitions = wanted.partitions();
    NewDestination destination =
        new NewDestination(
            wanted.name(),
            wanted.kind().equals("queue") ? DestinationKind.QUEUE : DestinationKind.TOPIC,
            partitions == null ? 1 : partitions,
            config);
    return broker
        .create(destination)
        .thenApply(
            stats ->
                // Not created(URI), which resolves it once more where a request is at hand: whether
                // this thread has one depends on how soon the topic was there.
                Response.status(Response.Status.CREATED)
                    .header(HttpHeaders.LOCATION, "/api/v1/destinations/" + stats.name())
                    .entity(detail(stats))
                    .build());
  }

  @GET
  @Path("/{name}")
  public DestinationDetail get(@PathParam("name") String name) {
    return detail(
        broker
            .destination(name)
            .orElseThrow(
                () ->
                    new RefusedException(
                        Reason.NOT_FOUND, "There is no queue or topic named '" + name + "'.")));
  }

  @DELETE
  @Path("/{name}")
  public CompletionStage<Response> delete(@PathParam("name") String name) {
    return broker.delete(name).thenApply(ok -> Response.noContent().build());
  }

  private DestinationDetail detail(DestinationStats stats) {
    return new DestinationDetail(live.row(stats), stats.id().toString(), stats.partitions());
  }
}
