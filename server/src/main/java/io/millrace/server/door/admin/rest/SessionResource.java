package io.millrace.server.door.admin.rest;

import io.millrace.server.door.admin.auth.AccessControl;
import io.millrace.server.door.admin.auth.AccessControl.Allowed;
import io.millrace.server.door.admin.auth.AccessControl.Throttled;
import io.millrace.server.door.admin.auth.AccessControl.Verdict;
import io.millrace.server.door.admin.auth.Session;
import io.millrace.server.door.admin.model.Login;
import io.millrace.server.door.admin.model.Problem;
import io.millrace.server.door.admin.model.SessionInfo;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Objects;

/** Logging the console in and out. */
@Path("/session")
@Produces(MediaType.APPLICATION_JSON)
public final class SessionResource {
  private final AccessControl access;

  SessionResource(AccessControl access) {
    this.access = access;
  }

  /** Who am I? */
  @GET
  public SessionInfo current(@Context HttpServletRequest http) {
    Caller caller = Caller.of(http);
    Session session = caller.session();
    return new SessionInfo(caller.principal(), session == null ? "" : session.csrf());
  }

  /** Exchanges the admin token for a session's cookie. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response login(Login login, @Context HttpServletRequest http) {
    Verdict verdict = access.login(http.getRemoteAddr(), login.token());
    if (verdict instanceof Allowed allowed) {
      Session session = Objects.requireNonNull(allowed.session(), "a login opens a session");
      return Response.ok(new SessionInfo(allowed.principal(), session.csrf()))
          .header(HttpHeaders.SET_COOKIE, SessionCookie.set(http, session.id()))
          .build();
    }
    Problem problem = AccessFilter.problem(verdict);
    Response.ResponseBuilder response =
        Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(Json.write(problem));
    if (verdict instanceof Throttled throttled) {
      response.header(HttpHeaders.RETRY_AFTER, throttled.waitSeconds());
    }
    return response.build();
  }

  @DELETE
  public Response logout(@Context HttpServletRequest http) {
    Session session = Caller.of(http).session();
    if (session != null) {
      access.logout(session);
    }
    return Response.noContent().header(HttpHeaders.SET_COOKIE, SessionCookie.clear(http)).build();
  }
}
