package io.millrace.server.door.admin.rest;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * The cookie of the console. Browsers share cookies between all ports of a host, so the port is
 * part of the name: two servers on one machine do not log each other out.
 */
final class SessionCookie {
  private SessionCookie() {}

  static @Nullable String read(HttpServletRequest request) {
    Cookie[] cookies = request.getCookies();
    if (cookies == null) {
      return null;
    }
    String name = name(request);
    for (Cookie cookie : cookies) {
      if (cookie.getName().equals(name)) {
        return cookie.getValue();
      }
    }
    return null;
  }

  static String set(HttpServletRequest request, String value) {
    return header(request, value, "");
  }

  static String clear(HttpServletRequest request) {
    return header(request, "", "; Max-Age=0");
  }

  private static String header(HttpServletRequest request, String value, String more) {
    return name(request)
        + "="
        + value
        + "; Path=/; HttpOnly; SameSite=Strict"
        + (request.isSecure() ? "; Secure" : "")
        + more;
  }

  private static String name(HttpServletRequest request) {
    return "millrace_session_" + request.getLocalPort();
  }
}
