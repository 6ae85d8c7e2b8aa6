package io.millrace.console.war;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * A servlet container with the application in it, as its {@code web.xml} describes it, but for its
 * patience with a server that says nothing.
 */
final class Container implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server, 1, 1);
  private final String contextPath;

  /**
   * @param contextPath {@code /} or such as {@code /mq/console}
   * @param remote the address of the server, or null to configure none
   */
  Container(String contextPath, @Nullable String remote) throws Exception {
    this.contextPath = contextPath.equals("/") ? "" : contextPath;
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    WebAppContext application = new WebAppContext();
    application.setContextPath(contextPath);
    application.setBaseResourceAsPath(Path.of("src", "main", "webapp").toAbsolutePath());
    application.setParentLoaderPriority(true);
    application.setThrowUnavailableOnStartupException(true);
    if (remote != null) {
      application.setInitParameter(Configuration.PARAMETER, remote);
    }
    application.addOverrideDescriptor(
        Path.of("src", "test", "resources", "impatient-web.xml").toAbsolutePath().toString());
    server.setHandler(application);
    server.start();
  }

  int port() {
    return connector.getLocalPort();
  }

  /** A request below the context path, to which headers can be added. */
  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + contextPath + path))
        .timeout(LONGEST);
  }

  HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = request(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** Sends bytes that no HTTP client would, and reads until the container closes. */
  String raw(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      socket.getInputStream().transferTo(answer);
      return answer.toString(StandardCharsets.ISO_8859_1);
    }
  }

  /** A plain connection, closed by the caller. */
  Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout((int) LONGEST.toMillis());
    return socket;
  }

  @Override
  public void close() {
    LifeCycle.stop(server);
  }
}
