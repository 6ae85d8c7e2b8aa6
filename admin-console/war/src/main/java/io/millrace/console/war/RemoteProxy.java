package io.millrace.console.war;

import io.millrace.console.SecurityHeaders;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.ee10.proxy.ProxyServlet;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes the admin API and health of the configured server on. Grants nothing: who may do what is
 * the server's to decide, by the token, cookie and CSRF header that pass through unread.
 *
 * <p>Called by the container's threads and by the HTTP client's.
 */
public final class RemoteProxy extends ProxyServlet {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteProxy.class);
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
  private static final long CONNECT_TIMEOUT_MS = 5_000;

  /** The browser's answers have these already: from {@link GuardFilter}, or from the container. */
  private static final Set<String> OWN_RESPONSE_HEADERS = ownResponseHeaders();

  private final AtomicBoolean reachable = new AtomicBoolean(true);

  private static Set<String> ownResponseHeaders() {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    names.addAll(SecurityHeaders.ALL.keySet());
    names.addAll(Set.of("Date", "Server"));
    return names;
  }

  @Override
  protected HttpClient newHttpClient(ClientConnector connector) {
    HttpClient client = super.newHttpClient(connector);
    client.setConnectTimeout(CONNECT_TIMEOUT_MS);
    return client;
  }

  private RemoteServer server() {
    return Configuration.server(getServletContext()).orElseThrow();
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    if (!METHODS.contains(request.getMethod())) {
      new Problem(
              405,
              "method-not-allowed",
              "This method is not passed on",
              "The admin API uses GET, HEAD, POST, PUT, PATCH and DELETE.")
          .send(response);
    } else if (!SameOrigin.holds(request)) {
      new Problem(
              403,
              "forbidden",
              "This was refused",
              "Another web site asked for this; open the console itself. A proxy in front of the"
                  + " application server must leave the Host header as it is.")
          .send(response);
    } else {
      super.service(request, response);
    }
  }

  @Override
  protected @Nullable String rewriteTarget(HttpServletRequest request) {
    String path = request.getRequestURI().substring(request.getContextPath().length());
    return server().target(path, request.getQueryString()).orElse(null);
  }

  @Override
  protected void onProxyRewriteFailed(HttpServletRequest request, HttpServletResponse response) {
    refuse(
        response,
        new Problem(
            400,
            "malformed",
            "This address is not passed on",
            "Only plain paths below api/v1 and health are."));
  }

  @Override
  protected void copyRequestHeaders(HttpServletRequest request, Request toServer) {
    super.copyRequestHeaders(request, toServer);
    toServer.headers(headers -> prepare(request, headers));
  }

  private void prepare(HttpServletRequest request, HttpFields.Mutable headers) {
    // The address that this application is asked under is no concern of the server's.
    headers.remove(HttpHeader.REFERER);
    if (headers.contains(HttpHeader.ORIGIN)) {
      headers.put(HttpHeader.ORIGIN, server().origin());
    }
    // What a browser claims here would look like what this application says.
    headers.remove(HttpHeader.FORWARDED);
    Set.copyOf(headers.getFieldNamesCollection()).stream()
        .filter(name -> name.regionMatches(true, 0, "X-Forwarded-", 0, 12))
        .forEach(headers::remove);
    headers.remove(HttpHeader.COOKIE);
    SessionCookies.toServer(request).ifPresent(all -> headers.put(HttpHeader.COOKIE, all));
    // Another scheme is the container's own login, and none of the server's business.
    @Nullable String authorization = headers.get(HttpHeader.AUTHORIZATION);
    if (authorization != null && !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      headers.remove(HttpHeader.AUTHORIZATION);
    }
  }

  /** Copies the answer's headers: the inherited way takes quotation marks out of their values. */
  @Override
  protected void onServerResponseHeaders(
      HttpServletRequest request, HttpServletResponse response, Response fromServer) {
    if (!reachable.getAndSet(true)) {
      LOG.info("{} answers again", server());
    }
    List<String> ofTheConnection = fromServer.getHeaders().getCSV(HttpHeader.CONNECTION, false);
    for (HttpField field : fromServer.getHeaders()) {
      String name = field.getName();
      if (!HOP_HEADERS.contains(field.getLowerCaseName())
          && !OWN_RESPONSE_HEADERS.contains(name)
          && ofTheConnection.stream().noneMatch(name::equalsIgnoreCase)) {
        toBrowser(request, field).ifPresent(value -> response.addHeader(name, value));
      }
    }
    @Nullable String type = fromServer.getHeaders().get(HttpHeader.CONTENT_TYPE);
    if (type != null && type.startsWith("text/event-stream")) {
      try {
        // The browser must see that the stream is open before its first event.
        response.flushBuffer();
      } catch (IOException gone) {
        LOG.debug("the browser is gone; the stream's first write finds that too", gone);
      }
    }
  }

  private Optional<String> toBrowser(HttpServletRequest request, HttpField field) {
    @Nullable String value = field.getValue();
    if (value == null) {
      return Optional.empty();
    }
    if (field.is(HttpHeader.SET_COOKIE.asString())) {
      return SessionCookies.toBrowser(request, value);
    }
    if (field.is(HttpHeader.LOCATION.asString())) {
      return Optional.of(server().toBrowser(value, request.getContextPath()));
    }
    return Optional.of(value);
  }

  @Override
  protected void onResponseContent(
      HttpServletRequest request,
      HttpServletResponse response,
      Response fromServer,
      byte[] buffer,
      int offset,
      int length,
      Callback callback) {
    try {
      response.getOutputStream().write(buffer, offset, length);
      // An event is of use now, not when the container's buffer is full.
      response.flushBuffer();
    } catch (IOException | RuntimeException gone) {
      callback.failed(gone);
      return;
    }
    callback.succeeded();
  }

  @Override
  protected void onProxyResponseFailure(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Response fromServer,
      Throwable failure) {
    if (response.isCommitted()) {
      // Half an answer must not look whole.
      LOG.debug("an answer of {} broke", server(), failure);
      super.onProxyResponseFailure(request, response, fromServer, failure);
      return;
    }
    if (reachable.getAndSet(false)) {
      LOG.warn("{} does not answer: {}", server(), failure.toString());
    }
    try {
      response.reset();
      SecurityHeaders.ALL.forEach(response::setHeader);
      response.setHeader("Retry-After", "5");
      refuse(response, problem(failure));
    } finally {
      request.getAsyncContext().complete();
    }
  }

  private static Problem problem(Throwable failure) {
    if (failure instanceof TimeoutException) {
      return new Problem(
          504,
          "unavailable",
          "The Millrace server does not answer",
          "It took the request and said nothing for a minute. Look at its log.");
    }
    if (failure instanceof ConnectException
        || failure instanceof SocketTimeoutException
        || failure instanceof UnknownHostException
        || failure instanceof UnresolvedAddressException) {
      return new Problem(
          503,
          "unavailable",
          "The Millrace server cannot be reached",
          "Start it, or correct its address in the setting "
              + Configuration.PARAMETER
              + " of this application. The application server's log names the address and the"
              + " reason.");
    }
    return new Problem(
        502,
        "unavailable",
        "The Millrace server's answer cannot be used",
        "The connection broke, or what answers is no Millrace server's HTTP port. The application"
            + " server's log names the address and the reason.");
  }

  private static void refuse(HttpServletResponse response, Problem problem) {
    try {
      problem.send(response);
    } catch (IOException gone) {
      LOG.debug("nobody waits for this answer any more", gone);
    }
  }
}
