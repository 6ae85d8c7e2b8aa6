package io.millrace.console.war;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells this console's own requests from those that another web site made a browser send. The
 * server has the same rule, but sees this application as its client; so it is applied here, with
 * the names that the browser knows.
 */
final class SameOrigin {
  private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

  private SameOrigin() {}

  static boolean holds(HttpServletRequest request) {
    @Nullable String site = request.getHeader("Sec-Fetch-Site");
    if (site != null && !OWN_SITES.contains(site)) {
      return false;
    }
    @Nullable String origin = request.getHeader("Origin");
    if (origin == null) {
      return true;
    }
    @Nullable String host = request.getHeader("Host");
    // Either scheme: the container may stand behind something that ends TLS.
    return host != null
        && (origin.equalsIgnoreCase("http://" + host)
            || origin.equalsIgnoreCase("https://" + host));
  }
}
