package io.millrace.server.door.admin.rest;

import io.millrace.server.door.admin.model.NewPassword;
import io.millrace.server.door.admin.model.NewUser;
import io.millrace.server.door.admin.model.UserList;
import io.millrace.server.door.admin.port.AdminBroker;
import io.millrace.server.door.admin.port.UserSummary;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Comparator;
import java.util.concurrent.CompletionStage;

/** Who can log in to the port of Kafka and JMS clients. Passwords go in and never out. */
@Path("/users")
@Produces(MediaType.APPLICATION_JSON)
public final class UsersResource {
  private final AdminBroker broker;

  UsersResource(AdminBroker broker) {
    this.broker = broker;
  }

  @GET
  public UserList list() {
    return new UserList(
        broker.users().stream().sorted(Comparator.comparing(UserSummary::name)).toList());
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public CompletionStage<Response> add(NewUser wanted) {
    return broker
        .addUser(wanted.name(), wanted.password())
        .thenApply(user -> Response.status(Response.Status.CREATED).entity(user).build());
  }

  @POST
  @Path("/{name}/password")
  @Consumes(MediaType.APPLICATION_JSON)
  public CompletionStage<Response> setPassword(@PathParam("name") String name, NewPassword wanted) {
    return broker
        .setPassword(name, wanted.password())
        .thenApply(user -> Response.noContent().build());
  }

  @DELETE
  @Path("/{name}")
  public CompletionStage<Response> delete(@PathParam("name") String name) {
    return broker.deleteUser(name).thenApply(ok -> Response.noContent().build());
  }
}
