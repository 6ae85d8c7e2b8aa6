package io.millrace.server.door.admin.rest;

import io.millrace.server.door.admin.auth.Session;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, as the {@link AccessFilter} found.
 *
 * @param session the browser's session, or null where the token was shown with the request
 */
record Caller(String principal, String address, @Nullable Session session) {
  private static final String ATTRIBUTE = Caller.class.getName();

  void attachTo(HttpServletRequest request) {
    request.setAttribute(ATTRIBUTE, this);
  }

  static Caller of(HttpServletRequest request) {
    return (Caller) request.getAttribute(ATTRIBUTE);
  }
}
