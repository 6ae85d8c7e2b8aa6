package io.millrace.server.door.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.kernel.Clock;
import io.millrace.kernel.Randomness;
import io.millrace.kernel.ThreadedAgents;
import io.millrace.server.config.Checks;
import io.millrace.server.door.admin.auth.AdminToken;
import io.millrace.server.door.admin.http.Health;
import io.millrace.server.door.admin.port.AdminBroker;
import io.millrace.server.metrics.MeterRegistries;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A real admin door on a free port, and a client for it. */
final class RunningAdmin implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** A health that a test can change. */
  static final class Vitals implements Health {
    volatile @Nullable String notReady;

    @Override
    public Optional<String> notLive() {
      return Optional.empty();
    }

    @Override
    public Optional<String> notReady() {
      return Optional.ofNullable(notReady);
    }

    @Override
    public boolean started() {
      return true;
    }
  }

  final Vitals vitals = new Vitals();
  final AdminToken token;
  private final ThreadedAgents agents = new ThreadedAgents(Clock.SYSTEM);
  private final AdminServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  RunningAdmin(AdminBroker broker, Path directory) throws IOException {
    this(broker, directory, AdminOptions.onLoopback(0));
  }

  RunningAdmin(AdminBroker broker, Path directory, AdminOptions options) throws IOException {
    token = AdminToken.loadOrCreate(directory.resolve(AdminToken.FILE_NAME), Randomness.secure());
    server =
        new AdminServer(
            options,
            broker,
            vitals,
            token,
            MeterRegistries.prometheus(),
            Checks.validator(),
            agents,
            Randomness.secure());
    server.start();
  }

  int port() {
    return server.port();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  /** A request without any credentials. */
  HttpRequest.Builder anonymous(String path) {
    return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
  }

  /** A request with the admin token. */
  HttpRequest.Builder request(String path) {
    return anonymous(path).header("Authorization", "Bearer " + token.text());
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  HttpResponse<String> delete(String path) throws IOException, InterruptedException {
    return send(request(path).DELETE());
  }

  HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  HttpClient client() {
    return client;
  }

  static JsonNode json(HttpResponse<String> response) throws IOException {
    return MAPPER.readTree(response.body());
  }

  @Override
  public void close() {
    server.close();
    agents.close();
  }
}
