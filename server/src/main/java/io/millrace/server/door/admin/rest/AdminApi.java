package io.millrace.server.door.admin.rest;

import com.fasterxml.jackson.jakarta.rs.json.JacksonJsonProvider;
import io.millrace.kernel.Clock;
import io.millrace.kernel.Randomness;
import io.millrace.server.door.admin.auth.AccessControl;
import io.millrace.server.door.admin.http.Health;
import io.millrace.server.door.admin.live.LiveDestinations;
import io.millrace.server.door.admin.live.StreamLimit;
import io.millrace.server.door.admin.message.MessageBrowser;
import io.millrace.server.door.admin.port.AdminBroker;
import jakarta.validation.Validator;
import java.util.List;
import java.util.concurrent.Executor;

/** The admin API's table of contents. */
public final class AdminApi {

  /** What the resources are made of. */
  public record Parts(
      AdminBroker broker,
      LiveDestinations live,
      AccessControl access,
      Health health,
      Validator validator,
      StreamLimit streams,
      Executor executor,
      Clock clock,
      Randomness random) {}

  private final List<Object> resources;
  private final List<Object> providers;

  public AdminApi(Parts parts) {
    MessageBrowser browser = new MessageBrowser(parts.broker(), parts.executor());
    this.resources =
        List.of(
            new ServerResource(parts.broker(), parts.health(), parts.clock()),
            new SessionResource(parts.access()),
            new DestinationsResource(parts.broker(), parts.live()),
            new MessagesResource(parts.broker(), browser, parts.clock(), parts.random()),
            new GroupsResource(parts.broker()),
            new UsersResource(parts.broker()),
            new EventsResource(parts.live(), parts.access(), parts.streams(), parts.executor()),
            new TailResource(
                parts.broker(), browser, parts.live(), parts.access(), parts.streams()),
            new OpenApiResource());
    this.providers =
        List.of(
            new JacksonJsonProvider(Json.mapper()),
            new ValidatingReader(parts.validator()),
            new ProblemMapper(),
            new AuditFilter());
  }

  /** The classes of all resources, for those who hold the API's description against them. */
  public static List<Class<?>> resourceTypes() {
    return List.of(
        ServerResource.class,
        SessionResource.class,
        DestinationsResource.class,
        MessagesResource.class,
        TailResource.class,
        GroupsResource.class,
        UsersResource.class,
        EventsResource.class,
        OpenApiResource.class);
  }

  /** What answers requests. */
  public List<Object> resources() {
    return resources;
  }

  /** What stands around that: JSON, checks, problems, audit. */
  public List<Object> providers() {
    return providers;
  }
}
