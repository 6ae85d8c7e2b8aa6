package io.millrace.server.door.admin.http;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** {@code /health/live}, {@code /health/ready}, {@code /health/started}: 200, or 503 and why. */
public final class HealthHandler extends Handler.Abstract.NonBlocking {
  private static final Map<String, Function<Health, Optional<String>>> CHECKS =
      Map.of(
          "/health/live", Health::notLive,
          "/health/ready", Health::notReady,
          "/health/started",
              health -> health.started() ? Optional.empty() : Optional.of("still starting"));

  private final Health health;

  public HealthHandler(Health health) {
    this.health = health;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    @Nullable Function<Health, Optional<String>> check =
        CHECKS.get(Request.getPathInContext(request));
    if (check == null) {
      return false;
    }
    Optional<String> fault = check.apply(health);
    Replies.text(
        response,
        callback,
        fault.isEmpty() ? 200 : 503,
        "text/plain;charset=utf-8",
        fault.orElse("ok") + "\n");
    return true;
  }
}
