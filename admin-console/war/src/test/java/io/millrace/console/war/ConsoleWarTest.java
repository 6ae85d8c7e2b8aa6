package io.millrace.console.war;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.console.SecurityHeaders;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ConsoleWarTest {
  private static final String CONTEXT = "/mq/console";

  private FakeServer remote;
  private Container console;

  @BeforeEach
  void start() throws Exception {
    remote = new FakeServer();
    console = new Container(CONTEXT, remote.address());
  }

  @AfterEach
  void stop() {
    console.close();
    remote.close();
  }

  @Test
  void servesTheConsoleUnderItsSecurityHeaders() throws Exception {
    HttpResponse<String> page = console.get("/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-cache");
    Matcher script = Pattern.compile("src=\"(assets/[^\"]+\\.js)\"").matcher(page.body());
    assertThat(script.find()).as(page.body()).isTrue();
    HttpResponse<String> app = console.get("/" + script.group(1), "Accept-Encoding", "gzip");
    assertThat(app.statusCode()).isEqualTo(200);
    assertThat(app.headers().firstValue("Content-Encoding")).hasValue("gzip");
    assertThat(app.headers().firstValue("Cache-Control"))
        .hasValueSatisfying(value -> assertThat(value).contains("immutable"));
    assertConfined(page);
    assertConfined(app);
    assertConfined(console.get("/no/such/thing"));
    assertConfined(console.get("/api/v1/server"));
    assertThat(remote.received()).hasSize(1);
  }

  private static void assertConfined(HttpResponse<String> response) {
    SecurityHeaders.ALL.forEach(
        (name, value) -> {
          if (!name.equals("Cache-Control")) {
            assertThat(response.headers().allValues(name)).as(name).containsExactly(value);
          }
        });
  }

  @Test
  void answersThatThePageIsStillTheSame() throws Exception {
    String etag = console.get("/").headers().firstValue("ETag").orElseThrow();

    assertThat(console.get("/", "If-None-Match", etag).statusCode()).isEqualTo(304);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/WEB-INF/web.xml", "/META-INF/MANIFEST.MF", "/ConsoleAssets.class"})
  void servesNothingButTheConsole(String path) throws Exception {
    assertThat(console.get(path).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/mq/console"})
  void passesRequestsOnUnderAnyContextPath(String contextPath) throws Exception {
    remote.answer(
        "/api/v1/destinations", FakeServer.text(409, "application/problem+json", "{\"é\":1}"));
    try (Container other = new Container(contextPath, remote.address())) {
      HttpResponse<String> refused = other.post("/api/v1/destinations?x=%2f", "{\"name\":\"ä\"}");

      assertThat(refused.statusCode()).isEqualTo(409);
      assertThat(refused.body()).isEqualTo("{\"é\":1}");
      assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
      assertThat(remote.lastReceived().method()).isEqualTo("POST");
      assertThat(remote.lastReceived().uri()).isEqualTo("/api/v1/destinations?x=%2f");
      assertThat(remote.lastReceived().body()).isEqualTo("{\"name\":\"ä\"}");
      assertThat(other.get("/health/ready").body()).isEqualTo("here");
    }
  }

  @Test
  void passesOnWhatTheServerDecidesByAndNothingOfOthers() throws Exception {
    String via = "_via_" + console.port();
    console.post(
        "/api/v1/x",
        "{}",
        "X-Millrace-CSRF",
        "csrf",
        "Last-Event-ID",
        "7",
        "Authorization",
        "Bearer token",
        "Cookie",
        "JSESSIONID=of-another; millrace_session_8080=of-an-embedded-console; "
            + ("millrace_session_8080" + via + "=mine=" + via + "=; other=1"),
        "Referer",
        "http://127.0.0.1/secret-path",
        "Forwarded",
        "for=6.6.6.6",
        "X-Forwarded-For",
        "6.6.6.6",
        "Origin",
        "http://127.0.0.1:" + console.port(),
        "Sec-Fetch-Site",
        "same-origin");

    FakeServer.Received request = remote.lastReceived();
    assertThat(request.headers().get("X-Millrace-CSRF")).containsExactly("csrf");
    assertThat(request.headers().get("Last-Event-ID")).containsExactly("7");
    assertThat(request.headers().get("Authorization")).containsExactly("Bearer token");
    assertThat(request.headers().get("Cookie"))
        .containsExactly("millrace_session_8080=mine=" + via + "=");
    // What the server holds against each other.
    assertThat(request.headers().get("Origin")).containsExactly(remote.address());
    assertThat(request.headers().get("Host")).containsExactly("127.0.0.1:" + remote.port());
    assertThat(request.headers().get("Sec-Fetch-Site")).containsExactly("same-origin");
    assertThat(request.headers().toString()).doesNotContain("6.6.6.6", "secret-path");
  }

  @Test
  void keepsTheContainersOwnLoginToItself() throws Exception {
    console.get("/api/v1/x", "Authorization", "Basic dXNlcjpwYXNzd29yZA==");

    assertThat(remote.lastReceived().headers()).doesNotContainKey("Authorization");
  }

  @Test
  void dropsHeadersOfTheConnection() throws Exception {
    remote.answer(
        "/api/v1/x",
        exchange -> {
          exchange.getResponseHeaders().set("Proxy-Authenticate", "Basic");
          exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"a, b\"");
          FakeServer.text(401, "text/plain", "who?").to(exchange);
        });

    String answer =
        console.raw(
            "GET "
                + CONTEXT
                + "/api/v1/x HTTP/1.1\r\nHost: h\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n"
                + "Proxy-Authorization: Basic eA==\r\nTE: trailers\r\nX-Kept: 1\r\n\r\n");

    assertThat(answer)
        .startsWith("HTTP/1.1 401")
        .containsIgnoringCase("www-authenticate: Bearer realm=\"a, b\"")
        .doesNotContainIgnoringCase("proxy-authenticate");
    assertThat(remote.lastReceived().headers())
        .containsKey("X-Kept")
        .doesNotContainKeys("X-Hop", "Proxy-Authorization", "Te");
  }

  @Test
  void keepsTheLoginCookieToThisApplication() throws Exception {
    remote.answer(
        "/api/v1/session",
        exchange -> {
          exchange
              .getResponseHeaders()
              .put(
                  "Set-Cookie",
                  List.of(
                      "millrace_session_8080=id; Path=/; HttpOnly; SameSite=Strict; Max-Age=0",
                      "balancer=node1; Path=/"));
          FakeServer.text(200, "application/json", "{}").to(exchange);
        });

    assertThat(console.post("/api/v1/session", "{}").headers().allValues("Set-Cookie"))
        .containsExactly(
            "millrace_session_8080_via_"
                + console.port()
                + "=id; HttpOnly; SameSite=Strict; Max-Age=0; Path="
                + CONTEXT);
  }

  @Test
  void namesNewThingsAsTheBrowserFindsThem() throws Exception {
    remote.answer(
        "/api/v1/destinations",
        exchange -> {
          exchange
              .getResponseHeaders()
              .set("Location", remote.address() + "/api/v1/destinations/a");
          FakeServer.text(201, "application/json", "{}").to(exchange);
        });

    assertThat(console.post("/api/v1/destinations", "{}").headers().firstValue("Location"))
        .hasValue(CONTEXT + "/api/v1/destinations/a");
  }

  @Test
  void refusesRequestsOfOtherSites() throws Exception {
    for (String[] headers :
        new String[][] {
          {"Origin", "https://evil.example"},
          {"Origin", "null"},
          {"Origin", remote.address()},
          {"Sec-Fetch-Site", "cross-site"},
          {"Sec-Fetch-Site", "same-site"}
        }) {
      HttpResponse<String> refused = console.post("/api/v1/session", "{}", headers);

      assertThat(refused.statusCode()).as(String.join(" ", headers)).isEqualTo(403);
      assertThat(refused.body()).contains("urn:millrace:problem:forbidden");
    }
    assertThat(remote.received()).isEmpty();
    // Following a link to the console is allowed.
    assertThat(console.get("/", "Sec-Fetch-Site", "cross-site").statusCode()).isEqualTo(200);
  }

  @Test
  void reachesNoOtherServerAndNoOtherPath() throws Exception {
    try (FakeServer other = new FakeServer()) {
      for (String target :
          List.of(
              other.address() + CONTEXT + "/api/v1/x",
              CONTEXT + "/api/v1/@127.0.0.1:" + other.port() + "/",
              CONTEXT + "/api/v1/%2e%2e/%2e%2e/metrics",
              CONTEXT + "/api/v1/../../metrics",
              CONTEXT + "/health/..;/metrics",
              CONTEXT + "/api/v1//127.0.0.1:" + other.port() + "/",
              CONTEXT + "/api/v1/a%5c..%5c..%5cmetrics",
              CONTEXT + "/metrics")) {
        console.raw("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
      }
      String trace =
          console.raw(
              "TRACE "
                  + CONTEXT
                  + "/api/v1/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: c=1\r\n\r\n");
      assertThat(trace).startsWith("HTTP/1.1 40");
      assertThat(other.received()).isEmpty();
    }
    assertThat(remote.received())
        .extracting(FakeServer.Received::uri)
        .allSatisfy(uri -> assertThat(uri).startsWith("/api/v1/").doesNotContain("metrics"));
  }

  @Test
  void carriesEventsOneByOneAndLetsGoOfTheServerWithTheBrowser() throws Exception {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    CountDownLatch left = new CountDownLatch(1);
    remote.answer(
        "/api/v1/events",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
          exchange.sendResponseHeaders(200, 0);
          try {
            for (String event = events.take(); ; event = pollOrHeartbeat(events)) {
              exchange.getResponseBody().write(event.getBytes(StandardCharsets.UTF_8));
              exchange.getResponseBody().flush();
            }
          } finally {
            left.countDown();
          }
        });
    try (Socket browser = console.connect()) {
      browser
          .getOutputStream()
          .write(
              ("GET " + CONTEXT + "/api/v1/events HTTP/1.1\r\nHost: h\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(browser.getInputStream(), StandardCharsets.UTF_8));
      // Open before there is any event.
      assertThat(lines.readLine()).startsWith("HTTP/1.1 200");
      events.add("data: first\n\n");
      assertThat(lineWith(lines, "data:")).isEqualTo("data: first");
      events.add("data: second\n\n");
      assertThat(lineWith(lines, "data:")).isEqualTo("data: second");
      assertThat(left.getCount()).isEqualTo(1);
    }
    assertThat(left.await(30, TimeUnit.SECONDS)).as("the server's stream has ended").isTrue();
  }

  private static String pollOrHeartbeat(BlockingQueue<String> events) throws InterruptedException {
    String event = events.poll(20, TimeUnit.MILLISECONDS);
    return event == null ? ": still here\n\n" : event;
  }

  private static String lineWith(BufferedReader lines, String start) throws Exception {
    String line = lines.readLine();
    while (!line.startsWith(start)) {
      line = lines.readLine();
    }
    return line;
  }

  @Test
  void saysThatTheServerIsDownAndServesAgainWhenItIsBack() throws Exception {
    int port = FakeServer.freePort();
    try (Container lonely = new Container("/", "http://127.0.0.1:" + port)) {
      HttpResponse<String> down = lonely.get("/api/v1/server");

      assertThat(down.statusCode()).isEqualTo(503);
      assertThat(down.headers().firstValue("Content-Type"))
          .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
      assertThat(down.headers().firstValue("Retry-After")).hasValue("5");
      assertThat(down.body())
          .contains("\"status\":503")
          .contains("Start it, or correct its address")
          .doesNotContain(Integer.toString(port));
      assertConfined(down);
      assertThat(lonely.get("/").statusCode()).isEqualTo(200);

      try (FakeServer back = new FakeServer(port)) {
        assertThat(lonely.get("/api/v1/server").statusCode()).isEqualTo(200);
        assertThat(back.received()).hasSize(1);
      }
    }
  }

  @Test
  void saysWhenTheServersAnswerIsNone() throws Exception {
    try (ServerSocket listening = new ServerSocket(0);
        Container confused = new Container("/", "http://127.0.0.1:" + listening.getLocalPort())) {
      Thread notHttp =
          new Thread(
              () -> {
                try (Socket socket = listening.accept()) {
                  assertThat(socket.getInputStream().read()).isEqualTo('G');
                  socket
                      .getOutputStream()
                      .write("SSH-2.0-x\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      notHttp.start();
      HttpResponse<String> answer = confused.get("/api/v1/server");
      notHttp.join(Duration.ofSeconds(30).toMillis());

      assertThat(answer.statusCode()).isEqualTo(502);
      assertThat(answer.body()).contains("no Millrace server's HTTP port");
    }
  }

  @Test
  void saysWhenTheServerSaysNothing() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    remote.answer("/api/v1/x", exchange -> never.await());

    HttpResponse<String> answer = console.get("/api/v1/x");

    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(answer.body()).contains("said nothing");
    assertThat(never.getCount()).isEqualTo(1);
  }

  @Test
  void anAnswerThatBreaksDoesNotLookWhole() throws Exception {
    remote.answer(
        "/api/v1/x",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write("half".getBytes(StandardCharsets.US_ASCII));
          exchange.getResponseBody().flush();
          throw new IOException("breaks, as the test wants it");
        });

    String answer =
        console.raw(
            "GET " + CONTEXT + "/api/v1/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

    // The last chunk, which says that this is all, is missing.
    assertThat(answer).contains("half").doesNotContain("\r\n0\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ftp://user:secret@broker"})
  void saysWhatIsMissingWhenNoServerIsConfigured(String address) throws Exception {
    try (Container unconfigured = new Container("/", address)) {
      HttpResponse<String> page = unconfigured.get("/");
      assertThat(page.statusCode()).isEqualTo(503);
      assertThat(page.headers().firstValue("Content-Type"))
          .hasValueSatisfying(type -> assertThat(type).startsWith("text/html"));
      assertThat(page.body())
          .contains(Configuration.PARAMETER, Configuration.VARIABLE)
          .doesNotContain("secret");
      assertConfined(page);

      HttpResponse<String> api = unconfigured.get("/api/v1/server");
      assertThat(api.statusCode()).isEqualTo(503);
      assertThat(api.body())
          .contains("urn:millrace:problem:not-configured", Configuration.VARIABLE);
    }
  }
}
