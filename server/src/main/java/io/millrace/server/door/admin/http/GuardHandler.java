package io.millrace.server.door.admin.http;

import io.millrace.console.SecurityHeaders;
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
  private final HostAllowList hosts;

  public GuardHandler(HostAllowList hosts) {
    this.hosts = hosts;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    HttpFields.Mutable headers = response.getHeaders();
    SecurityHeaders.ALL.forEach(headers::put);
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
