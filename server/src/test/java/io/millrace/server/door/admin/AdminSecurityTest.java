package io.millrace.server.door.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminSecurityTest {
  private static final String DESTINATIONS = "/api/v1/destinations";

  @TempDir Path directory;
  private RunningAdmin admin;

  @BeforeEach
  void start() throws Exception {
    admin = new RunningAdmin(new InMemoryBroker(), directory);
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  @Test
  void keepsTheTokenInAFileThatOnlyItsOwnerReads() throws Exception {
    Path file = directory.resolve("admin-token");

    assertThat(Files.readString(file).strip()).isEqualTo(admin.token.text()).hasSize(43);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void letsNobodyInWithoutCredentials() throws Exception {
    HttpResponse<String> refused = admin.send(admin.anonymous(DESTINATIONS).GET());

    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    assertThat(admin.send(admin.anonymous("/api/v1/nothing").GET()).statusCode()).isEqualTo(401);
    assertThat(admin.send(admin.anonymous("/api/").GET()).statusCode()).isEqualTo(401);
    assertThat(admin.send(admin.anonymous("/api/v1/events").GET()).statusCode()).isEqualTo(401);
  }

  @Test
  void answersHealthMetricsAndTheDescriptionWithoutCredentials() throws Exception {
    for (String path :
        List.of(
            "/health/live",
            "/health/ready",
            "/health/started",
            "/metrics",
            "/api/v1/openapi.json")) {
      assertThat(admin.send(admin.anonymous(path).GET()).statusCode()).as(path).isEqualTo(200);
    }
    admin.vitals.notReady = "the disk is full";
    HttpResponse<String> notReady = admin.send(admin.anonymous("/health/ready").GET());
    assertThat(notReady.statusCode()).isEqualTo(503);
    assertThat(notReady.body()).isEqualTo("the disk is full\n");
  }

  @Test
  void asksForTheTokenBeforeItShowsMetricsWhereThatIsSet() throws Exception {
    AdminOptions closed = AdminOptions.onLoopback(0).withHost("127.0.0.1", List.of(), false);
    try (RunningAdmin other = new RunningAdmin(new InMemoryBroker(), directory, closed)) {
      assertThat(other.send(other.anonymous("/metrics").GET()).statusCode()).isEqualTo(401);
      assertThat(other.get("/metrics").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void opensASessionForTheTokenAndWantsItsCsrfTokenWithEachChange() throws Exception {
    HttpResponse<String> login = login(admin.token.text());
    assertThat(login.statusCode()).isEqualTo(200);
    String setCookie = login.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(setCookie).contains("HttpOnly", "SameSite=Strict", "Path=/");
    String cookie = setCookie.substring(0, setCookie.indexOf(';'));
    String csrf = RunningAdmin.json(login).path("csrfToken").asText();

    assertThat(
            admin.send(admin.anonymous(DESTINATIONS).header("Cookie", cookie).GET()).statusCode())
        .isEqualTo(200);
    String body = "{\"name\":\"orders\",\"kind\":\"queue\"}";
    assertThat(
            admin
                .send(
                    admin
                        .anonymous(DESTINATIONS)
                        .header("Cookie", cookie)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)))
                .statusCode())
        .isEqualTo(403);
    assertThat(
            admin
                .send(
                    admin
                        .anonymous(DESTINATIONS)
                        .header("Cookie", cookie)
                        .header("X-Millrace-CSRF", csrf)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)))
                .statusCode())
        .isEqualTo(201);

    assertThat(
            admin
                .send(
                    admin
                        .anonymous("/api/v1/session")
                        .header("Cookie", cookie)
                        .header("X-Millrace-CSRF", csrf)
                        .DELETE())
                .statusCode())
        .isEqualTo(204);
    assertThat(
            admin.send(admin.anonymous(DESTINATIONS).header("Cookie", cookie).GET()).statusCode())
        .isEqualTo(401);
  }

  @Test
  void slowsDownWhoGuesses() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(login("guess" + i).statusCode()).isEqualTo(401);
    }

    HttpResponse<String> throttled = login(admin.token.text());

    assertThat(throttled.statusCode()).isEqualTo(429);
    assertThat(throttled.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
  }

  @Test
  void refusesOtherHostNamesAndOtherWebSites() throws Exception {
    assertThat(statusOfRawGet("/health/live", "Host: evil.example")).isEqualTo(421);
    assertThat(statusOfRawGet("/health/live", "Host: localhost:" + admin.port())).isEqualTo(200);
    assertThat(
            admin
                .send(admin.request(DESTINATIONS).header("Origin", "http://evil.example").GET())
                .statusCode())
        .isEqualTo(403);
    assertThat(
            admin
                .send(admin.request(DESTINATIONS).header("Sec-Fetch-Site", "cross-site").GET())
                .statusCode())
        .isEqualTo(403);
  }

  @Test
  void confinesEveryAnswerInTheBrowser() throws Exception {
    for (String path : List.of("/health/live", DESTINATIONS, "/no/such/thing")) {
      HttpResponse<String> response = admin.get(path);
      assertThat(response.headers().firstValue("Content-Security-Policy"))
          .as(path)
          .hasValueSatisfying(
              policy ->
                  assertThat(policy)
                      .startsWith("default-src 'none'")
                      .contains("frame-ancestors 'none'")
                      .doesNotContain("unsafe"));
      assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
      assertThat(response.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
      assertThat(response.headers().firstValue("Server")).isEmpty();
    }
  }

  private HttpResponse<String> login(String token) throws IOException, InterruptedException {
    return admin.send(
        admin
            .anonymous("/api/v1/session")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"token\":\"" + token + "\"}")));
  }

  /** Java's client sets the host itself. */
  private int statusOfRawGet(String path, String hostHeader) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), admin.port())) {
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\n" + hostHeader + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      return Integer.parseInt(in.readLine().split(" ")[1]);
    }
  }
}
