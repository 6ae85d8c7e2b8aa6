package io.millrace.it.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.ServerProcess;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The console's WAR in an application server, before a server elsewhere. */
@Timeout(300)
class ConsoleWarTest {
  @TempDir private static Path directory;

  private static ServerProcess server;
  private static ApplicationServer application;
  private static String token;

  @BeforeAll
  static void start() throws Exception {
    server = ServerProcess.start(directory.resolve("data"));
    token = Files.readString(directory.resolve("data").resolve("admin-token")).strip();
    application = new ApplicationServer(directory.resolve("tomcat"), server.http());
  }

  @AfterAll
  static void stop() throws Exception {
    try (ServerProcess last = server) {
      assertThat(last).isNotNull();
      application.close();
    }
  }

  @TestFactory
  List<DynamicTest> inTheBrowser(@TempDir Path report) throws Exception {
    return BrowserTests.run(
        application.console(),
        token,
        report,
        "asks for the token",
        "leaves no token",
        "changes while messages are sent",
        "is made and deleted",
        "seen in the live tail");
  }

  @Test
  void logsInWithItsCookieChangesThingsAndSeesThemInTheLiveList() throws Exception {
    HttpClient browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    HttpRequest.Builder login =
        request("/api/v1/session").POST(BodyPublishers.ofString("{\"token\":\"" + token + "\"}"));
    HttpResponse<String> session = browser.send(login.build(), BodyHandlers.ofString());
    assertThat(session.statusCode()).as(session.body()).isEqualTo(200);
    Matcher csrf = Pattern.compile("\"csrfToken\":\"([^\"]+)\"").matcher(session.body());
    assertThat(csrf.find()).as(session.body()).isTrue();

    HttpResponse<Stream<String>> events =
        browser.send(request("/api/v1/events").build(), BodyHandlers.ofLines());
    assertThat(events.statusCode()).isEqualTo(200);
    HttpRequest.Builder create =
        request("/api/v1/destinations")
            .POST(BodyPublishers.ofString("{\"name\":\"by.war\",\"kind\":\"queue\"}"));
    assertThat(browser.send(create.build(), BodyHandlers.ofString()).statusCode())
        .as("without the CSRF token")
        .isEqualTo(403);
    create.header("X-Millrace-CSRF", csrf.group(1));
    HttpResponse<String> created = browser.send(create.build(), BodyHandlers.ofString());
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    assertThat(created.headers().firstValue("Location"))
        .hasValue(application.console().getPath() + "/api/v1/destinations/by.war");
    try (Stream<String> lines = events.body()) {
      assertThat(lines.anyMatch(line -> line.startsWith("data:") && line.contains("by.war")))
          .isTrue();
    }
    assertThat(
            browser.send(request("/api/v1/destinations").build(), BodyHandlers.ofString()).body())
        .contains("by.war");
  }

  /** As the console's own page would ask. */
  private static HttpRequest.Builder request(String path) {
    URI console = application.console();
    return HttpRequest.newBuilder(URI.create(console + path))
        .timeout(Duration.ofSeconds(60))
        .header("Origin", "http://" + console.getAuthority())
        .header("Sec-Fetch-Site", "same-origin")
        .header("Content-Type", "application/json");
  }
}
