package io.millrace.server.door.admin.rest;

import io.millrace.server.door.admin.model.GroupList;
import io.millrace.server.door.admin.port.AdminBroker;
import io.millrace.server.door.admin.port.GroupDetail;
import io.millrace.server.door.admin.port.GroupSummary;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Comparator;
import java.util.concurrent.CompletionStage;

/** Kafka consumer groups. */
@Path("/groups")
@Produces(MediaType.APPLICATION_JSON)
public final class GroupsResource {
  private final AdminBroker broker;

  GroupsResource(AdminBroker broker) {
    this.broker = broker;
  }

  @GET
  public CompletionStage<GroupList> list() {
    return broker
        .groups()
        .thenApply(
            groups ->
                new GroupList(
                    groups.stream().sorted(Comparator.comparing(GroupSummary::id)).toList()));
  }

  @GET
  @Path("/{id}")
  public CompletionStage<GroupDetail> get(@PathParam("id") String id) {
    return broker.group(id);
  }

  @DELETE
  @Path("/{id}")
  public CompletionStage<Response> delete(@PathParam("id") String id) {
    return broker.deleteGroup(id).thenApply(ok -> Response.noContent().build());
  }
}
