package io.millrace.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Speaks to a server's admin API. Failures come as {@link CommandFailure}s that help. */
final class AdminClient {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

  private final URI base;
  private final Optional<String> token;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  AdminClient(URI base, Optional<String> token) {
    this.base = base;
    this.token = token;
  }

  /** A name as a part of a path. */
  static String segment(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  JsonNode get(String path) {
    return Json.parse(exchange("GET", path, null));
  }

  JsonNode post(String path, Object body) {
    return Json.parse(exchange("POST", path, Json.text(body)));
  }

  /** A change that is answered without a document. */
  void change(String path, Object body) {
    exchange("POST", path, Json.text(body));
  }

  void delete(String path) {
    exchange("DELETE", path, null);
  }

  /** Lines of a stream of server-sent events, until the server or the reader ends it. */
  Stream<String> events(String path) {
    HttpRequest request = request(path, null).header("Accept", "text/event-stream").GET().build();
    HttpResponse<Stream<String>> response = send(request, BodyHandlers.ofLines());
    if (response.statusCode() != 200) {
      throw failure(response.statusCode(), String.join("\n", response.body().toList()));
    }
    return response.body();
  }

  private String exchange(String method, String path, @Nullable String body) {
    HttpRequest.Builder request =
        request(path, ANSWER_TIMEOUT).header("Accept", "application/json");
    if (body == null) {
      request.method(method, BodyPublishers.noBody());
    } else {
      request.header("Content-Type", "application/json");
      request.method(method, BodyPublishers.ofString(body));
    }
    HttpResponse<String> response = send(request.build(), BodyHandlers.ofString());
    if (response.statusCode() >= 300) {
      throw failure(response.statusCode(), response.body());
    }
    return response.body();
  }

  private HttpRequest.Builder request(String path, @Nullable Duration timeout) {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
    if (timeout != null) {
      request.timeout(timeout);
    }
    token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    return request;
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return http.send(request, handler);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCodes.NOT_RUNNING, "no answer from " + base + ": " + e + "; is the server running?");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCodes.FAILED, "interrupted");
    }
  }

  private static CommandFailure failure(int status, String body) {
    int code =
        switch (status) {
          case 401, 403 -> ExitCodes.NOT_ALLOWED;
          case 404 -> ExitCodes.NOT_FOUND;
          default -> ExitCodes.FAILED;
        };
    return new CommandFailure(code, describe(status, body));
  }

  private static String describe(int status, String body) {
    StringBuilder text = new StringBuilder();
    if (body.startsWith("{")) {
      JsonNode problem = Json.parse(body);
      text.append(problem.path("detail").asText(problem.path("title").asText("")));
      for (JsonNode error : problem.path("errors")) {
        text.append("\n  ")
            .append(error.path("field").asText())
            .append(' ')
            .append(error.path("message").asText());
      }
    }
    return text.isEmpty() ? "the server answered with HTTP status " + status : text.toString();
  }
}
