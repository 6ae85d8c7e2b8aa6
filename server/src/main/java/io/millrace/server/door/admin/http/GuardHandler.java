package io.millrace.server.door.admin.http;

import io.millrace.server.door.admin.auth.HostAllowList;
import io.millrace.server.door.admin.model.Problem;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Stands in front of everything: refuses host names that are not this server's, and gives every
 * answer the headers that confine it in a browser.
 */
public final class GuardHandler extends Handler.Wrapper {
  /** Nothing but the console's own files and its own server; nobody may frame it. */
  static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
          + " connect-src 'self'; manifest-src 'self'; form-action 'none'; base-uri 'none';"
          + " frame-ancestors 'none'";

  private final HostAllowList hosts;

  public GuardHandler(HostAllowList hosts) {
    this.hosts = hosts;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    HttpFields.Mutable headers = response.getHeaders();
    headers.put("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("X-Frame-Options", "DENY");
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("Cross-Origin-Opener-Policy", "same-origin");
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
    headers.put("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    headers.put(HttpHeader.CACHE_CONTROL, "no-store");
    if (!hosts.allows(request.getHeaders().get(HttpHeader.HOST))) {
      Replies.problem(
          response,
          callback,
          Problem.of(
              421,
              "host-not-allowed",
              "This server is not known by that name",
              "Use localhost or 127.0.0.1, or add the name to the setting admin.allowed-hosts."));
      return true;
    }
    return super.handle(request, response, callback);
  }
}
