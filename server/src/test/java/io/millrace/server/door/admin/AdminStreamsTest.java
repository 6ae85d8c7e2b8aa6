package io.millrace.server.door.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AdminStreamsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private final InMemoryBroker broker = new InMemoryBroker();
  private RunningAdmin admin;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    admin = new RunningAdmin(broker, directory);
    admin.post("/api/v1/destinations", "{\"name\":\"orders\",\"kind\":\"queue\"}");
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  private record Event(String name, String id, JsonNode data) {}

  /** Reads server-sent events as a browser does. */
  private static final class Events implements AutoCloseable {
    private final BufferedReader in;

    Events(InputStream stream) {
      in = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }

    Event next() throws IOException {
      Map<String, String> fields = new HashMap<>();
      while (true) {
        String line = in.readLine();
        if (line == null) {
          throw new IOException("the stream ended");
        }
        if (line.isEmpty() && fields.containsKey("data")) {
          return new Event(
              fields.getOrDefault("event", "message"),
              fields.getOrDefault("id", ""),
              MAPPER.readTree(fields.get("data")));
        }
        int colon = line.indexOf(':');
        if (colon > 0) {
          fields.merge(
              line.substring(0, colon), line.substring(colon + 1).strip(), (a, b) -> a + b);
        }
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  private Events open(HttpRequest.Builder request) throws Exception {
    HttpResponse<InputStream> response =
        admin.client().send(request.GET().build(), BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
    return new Events(response.body());
  }

  private void send(String text) throws Exception {
    assertThat(
            admin
                .post("/api/v1/destinations/orders/messages", "{\"text\":\"" + text + "\"}")
                .statusCode())
        .isEqualTo(201);
  }

  @Test
  void showsTheWholeListAndThenWhatChanges() throws Exception {
    try (Events events = open(admin.request("/api/v1/events"))) {
      Event all = events.next();
      assertThat(all.name()).isEqualTo("all");
      assertThat(all.data().path("rows").findValuesAsText("name")).containsExactly("orders");

      send("one");
      Event changed = events.next();
      assertThat(changed.name()).isEqualTo("changes");
      assertThat(changed.data().path("rows").path(0).path("depth").asLong()).isEqualTo(1);

      admin.delete("/api/v1/destinations/orders");
      Event event = events.next();
      while (event.data().path("removed").isEmpty()) {
        event = events.next();
      }
      assertThat(event.data().path("removed").path(0).asText()).isEqualTo("orders");
    }
  }

  @Test
  void tailsNewMessagesAndResumesWhereTheStreamBroke() throws Exception {
    send("before");
    try (Events events = open(admin.request("/api/v1/destinations/orders/tail"))) {
      send("first");
      Event first = events.next();
      assertThat(first.name()).isEqualTo("message");
      assertThat(first.id()).isEqualTo("1");
      assertThat(first.data().path("body").path("data").asText()).isEqualTo("first");
    }
    send("second");
    send("third");
    try (Events events =
        open(admin.request("/api/v1/destinations/orders/tail").header("Last-Event-ID", "1"))) {
      assertThat(events.next().data().path("body").path("data").asText()).isEqualTo("second");
      assertThat(events.next().id()).isEqualTo("3");
    }
  }

  @Test
  void refusesTailsOfWhatDoesNotExist() throws Exception {
    assertThat(admin.get("/api/v1/destinations/nobody/tail").statusCode()).isEqualTo(404);
    assertThat(admin.get("/api/v1/destinations/orders/tail?partition=9").statusCode())
        .isEqualTo(422);
  }
}
