package io.millrace.server.door.admin.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.server.door.admin.auth.AccessControl;
import io.millrace.server.door.admin.model.Problem;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** {@code /metrics} in Prometheus' text format. */
public final class MetricsHandler extends Handler.Abstract {
  private static final String PATH = "/metrics";
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry;
  private final AccessControl access;
  private final boolean open;

  /**
   * @param open whether everybody who reaches the port may read; otherwise the admin token is
   *     needed
   */
  public MetricsHandler(PrometheusMeterRegistry registry, AccessControl access, boolean open) {
    this.registry = registry;
    this.access = access;
    this.open = open;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    if (!Request.getPathInContext(request).equals(PATH)) {
      return false;
    }
    AccessControl.Verdict verdict =
        access.decide(
            new AccessControl.Credentials(
                request.getMethod(),
                open,
                Request.getRemoteAddr(request),
                open ? null : request.getHeaders().get(HttpHeader.AUTHORIZATION),
                null,
                null,
                request.getHeaders().get(HttpHeader.HOST),
                null,
                null));
    if (verdict instanceof AccessControl.Allowed) {
      Replies.bytes(
          response, callback, 200, TEXT, registry.scrape(TEXT).getBytes(StandardCharsets.UTF_8));
    } else {
      response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
      Replies.problem(
          response,
          callback,
          Problem.of(
              401,
              "unauthenticated",
              "Who are you?",
              "Send the admin token as 'Authorization: Bearer TOKEN'."));
    }
    return true;
  }
}
