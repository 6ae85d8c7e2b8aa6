package io.millrace.server.door.admin.rest;

import io.millrace.server.door.admin.auth.AccessControl;
import io.millrace.server.door.admin.auth.AccessControl.Allowed;
import io.millrace.server.door.admin.auth.AccessControl.Forbidden;
import io.millrace.server.door.admin.auth.AccessControl.Throttled;
import io.millrace.server.door.admin.auth.AccessControl.Unknown;
import io.millrace.server.door.admin.auth.AccessControl.Verdict;
import io.millrace.server.door.admin.model.Problem;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Lets nobody into the admin API who may not; everything under {@code /api} passes through it. */
public final class AccessFilter implements Filter {
  /** The header that a browser must send with each change. */
  public static final String CSRF_HEADER = "X-Millrace-CSRF";

  private final AccessControl access;

  public AccessFilter(AccessControl access) {
    this.access = access;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest http = (HttpServletRequest) request;
    Verdict verdict =
        access.decide(
            new AccessControl.Credentials(
                http.getMethod(),
                isOpen(http),
                http.getRemoteAddr(),
                http.getHeader("Authorization"),
                SessionCookie.read(http),
                http.getHeader(CSRF_HEADER),
                http.getHeader("Host"),
                http.getHeader("Origin"),
                http.getHeader("Sec-Fetch-Site")));
    if (verdict instanceof Allowed allowed) {
      new Caller(allowed.principal(), http.getRemoteAddr(), allowed.session()).attachTo(http);
      chain.doFilter(request, response);
    } else {
      refuse((HttpServletResponse) response, verdict);
    }
  }

  /** Logging in, and the description of the API. */
  private static boolean isOpen(HttpServletRequest http) {
    String path = http.getRequestURI();
    return (path.equals("/api/v1/session") && http.getMethod().equals("POST"))
        || (path.equals("/api/v1/openapi.json") && http.getMethod().equals("GET"));
  }

  private static void refuse(HttpServletResponse response, Verdict verdict) throws IOException {
    Problem problem = problem(verdict);
    if (problem.status() == 401) {
      response.setHeader("WWW-Authenticate", "Bearer");
    }
    if (verdict instanceof Throttled throttled) {
      response.setIntHeader("Retry-After", throttled.waitSeconds());
    }
    response.setStatus(problem.status());
    response.setContentType(Problem.MEDIA_TYPE);
    response.setCharacterEncoding("utf-8");
    response.getWriter().write(Json.write(problem));
  }

  static Problem problem(Verdict verdict) {
    if (verdict instanceof Unknown unknown) {
      return Problem.of(401, "unauthenticated", "Who are you?", unknown.why());
    }
    if (verdict instanceof Forbidden forbidden) {
      return Problem.of(403, "forbidden", "This was refused", forbidden.why());
    }
    if (verdict instanceof Throttled throttled) {
      return Problem.of(
          429,
          "throttled",
          "Too many wrong tokens",
          "Wait " + throttled.waitSeconds() + " s, then try again.");
    }
    throw new IllegalArgumentException("no refusal: " + verdict);
  }
}
