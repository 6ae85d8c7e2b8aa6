package io.millrace.server.door.admin.rest;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line for each change that was asked for, done or refused, to a logger of its own.
 * Payloads and secrets are not in it.
 */
final class AuditFilter implements ContainerResponseFilter {
  private static final Logger AUDIT = LoggerFactory.getLogger("io.millrace.audit");
  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

  @Context private @Nullable HttpServletRequest http;

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (READING.contains(request.getMethod()) || http == null) {
      return;
    }
    Caller caller = Caller.of(http);
    AUDIT.info(
        "principal={} address={} method={} path={} status={}",
        caller.principal(),
        caller.address(),
        request.getMethod(),
        request.getUriInfo().getRequestUri().getRawPath(),
        response.getStatus());
  }
}
