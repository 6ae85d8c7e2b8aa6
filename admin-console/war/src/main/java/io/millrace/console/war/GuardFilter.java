package io.millrace.console.war;

import io.millrace.console.SecurityHeaders;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Stands in front of everything: gives every answer the headers that confine it in a browser, and
 * says what is missing while no server is configured.
 */
public final class GuardFilter extends HttpFilter {

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    SecurityHeaders.ALL.forEach(response::setHeader);
    if (Configuration.server(getServletContext()).isPresent()) {
      chain.doFilter(request, response);
    } else {
      refuse(request, response);
    }
  }

  private void refuse(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Problem problem =
        new Problem(
            503,
            "not-configured",
            "This console has no server",
            Configuration.fault(getServletContext()));
    if (request.getServletPath().isEmpty() || request.getServletPath().equals("/")) {
      response.setStatus(problem.status());
      Problem.write(response, "text/html;charset=utf-8", page(problem));
    } else {
      problem.send(response);
    }
  }

  private static String page(Problem problem) {
    return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Millrace</title>"
        + "</head><body><h1>"
        + problem.title()
        + "</h1><p>"
        + problem.detail()
        + "</p></body></html>\n";
  }
}
