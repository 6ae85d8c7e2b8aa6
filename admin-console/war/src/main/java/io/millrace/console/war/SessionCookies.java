package io.millrace.console.war;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The server's login cookie on its way through. In the browser it belongs to this application
 * alone: its path is the context path, so that other applications of the container never see it,
 * and its name carries the port, because browsers share cookies between the ports of a host. No
 * other application's cookie reaches the server.
 */
final class SessionCookies {
  private static final String PREFIX = "millrace_session_";

  private SessionCookies() {}

  /** The {@code Cookie} header for the server; empty when the browser has none of its cookies. */
  static Optional<String> toServer(HttpServletRequest request) {
    String suffix = suffix(request);
    String cookies =
        Collections.list(request.getHeaders("Cookie")).stream()
            .flatMap(header -> Arrays.stream(header.split(";")))
            .map(String::strip)
            .filter(cookie -> name(cookie).startsWith(PREFIX) && name(cookie).endsWith(suffix))
            .map(
                cookie ->
                    cookie.substring(0, name(cookie).length() - suffix.length())
                        + cookie.substring(name(cookie).length()))
            .collect(Collectors.joining("; "));
    return Optional.of(cookies).filter(all -> !all.isEmpty());
  }

  /**
   * A {@code Set-Cookie} header for the browser.
   *
   * @return empty when it is none of the server's login
   */
  static Optional<String> toBrowser(HttpServletRequest request, String setCookie) {
    String[] parts = setCookie.split(";");
    int equals = parts[0].indexOf('=');
    if (equals < 0 || !parts[0].startsWith(PREFIX)) {
      return Optional.empty();
    }
    StringBuilder cookie = new StringBuilder(parts[0]).insert(equals, suffix(request));
    boolean secure = false;
    for (String part : Arrays.asList(parts).subList(1, parts.length)) {
      String attribute = part.strip().toLowerCase(Locale.ROOT);
      secure |= attribute.equals("secure");
      if (!attribute.startsWith("path=")) {
        cookie.append("; ").append(part.strip());
      }
    }
    String path = request.getContextPath().isEmpty() ? "/" : request.getContextPath();
    cookie.append("; Path=").append(path);
    if (request.isSecure() && !secure) {
      cookie.append("; Secure");
    }
    return Optional.of(cookie.toString());
  }

  private static String name(String cookie) {
    return cookie.substring(0, Math.max(0, cookie.indexOf('=')));
  }

  private static String suffix(HttpServletRequest request) {
    return "_via_" + request.getServerPort();
  }
}
