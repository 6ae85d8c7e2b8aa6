package io.millrace.server.door.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.log.StoreFullException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminApiTest {
  private final InMemoryBroker broker = new InMemoryBroker();
  private RunningAdmin admin;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    admin = new RunningAdmin(broker, directory);
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  @Test
  void describesTheServer() throws Exception {
    JsonNode server = RunningAdmin.json(admin.get("/api/v1/server"));

    assertThat(server.path("version").asText()).isEqualTo("1.2.3");
    assertThat(server.path("state").asText()).isEqualTo("ready");
    assertThat(server.path("uptimeMs").asLong()).isPositive();
  }

  @Test
  void createsListsAndDeletesDestinations() throws Exception {
    HttpResponse<String> created =
        admin.post(
            "/api/v1/destinations", "{\"name\":\"orders\",\"kind\":\"queue\",\"partitions\":2}");
    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(created.headers().firstValue("Location"))
        .hasValueSatisfying(
            location -> assertThat(location).endsWith("/api/v1/destinations/orders"));
    admin.post("/api/v1/destinations", "{\"name\":\"audit.Log\",\"kind\":\"topic\"}");

    JsonNode list = RunningAdmin.json(admin.get("/api/v1/destinations?sort=-name"));
    assertThat(list.path("total").asInt()).isEqualTo(2);
    assertThat(list.path("destinations").findValuesAsText("name"))
        .containsExactly("orders", "audit.Log");
    assertThat(list.path("destinations").path(0).path("depth").asLong(-1)).isZero();
    assertThat(list.path("destinations").path(1).path("depth").isNull()).isTrue();
    assertThat(
            RunningAdmin.json(admin.get("/api/v1/destinations?search=AUDIT")).path("total").asInt())
        .isEqualTo(1);

    assertThat(admin.delete("/api/v1/destinations/orders").statusCode()).isEqualTo(204);
    assertThat(admin.get("/api/v1/destinations/orders").statusCode()).isEqualTo(404);
  }

  @Test
  void showsWhatAJmsMessageCarries() throws Exception {
    admin.post("/api/v1/destinations", "{\"name\":\"orders\",\"kind\":\"queue\"}");
    HttpResponse<String> sent =
        admin.post(
            "/api/v1/destinations/orders/messages",
            """
            {"text":"{\\"id\\":7}","correlationId":"c-1","type":"order","priority":7,"key":"g",
             "replyTo":"queue:answers",
             "properties":[{"name":"amount","type":"double","value":"12.5"},
                           {"name":"urgent","type":"boolean","value":"true"}]}
            """);
    assertThat(sent.statusCode()).isEqualTo(201);
    assertThat(RunningAdmin.json(sent).path("offset").asLong(-1)).isZero();

    JsonNode page = RunningAdmin.json(admin.get("/api/v1/destinations/orders/messages"));
    assertThat(page.path("endOffset").asLong()).isEqualTo(1);
    assertThat(page.path("nextOffset").asLong()).isEqualTo(1);
    JsonNode message = page.path("messages").path(0);
    assertThat(message.path("source").asText()).isEqualTo("jms");
    assertThat(message.path("key").path("data").asText()).isEqualTo("g");
    assertThat(message.path("body").path("format").asText()).isEqualTo("json");
    assertThat(message.path("body").path("data").asText()).isEqualTo("{\"id\":7}");
    assertThat(message.path("jms").path("bodyType").asText()).isEqualTo("text");
    assertThat(message.path("jms").path("messageId").asText()).startsWith("ID:");
    assertThat(message.path("jms").path("correlationId").asText()).isEqualTo("c-1");
    assertThat(message.path("jms").path("replyTo").asText()).isEqualTo("queue:answers");
    assertThat(message.path("jms").path("priority").asInt()).isEqualTo(7);
    assertThat(message.path("properties").findValuesAsText("type"))
        .containsExactly("double", "boolean");
    assertThat(message.path("headers")).isEmpty();
  }

  @Test
  void showsAPlainRecordWithItsHeadersAndBytes() throws Exception {
    admin.post("/api/v1/destinations", "{\"name\":\"raw\",\"kind\":\"topic\"}");
    admin.post(
        "/api/v1/destinations/raw/messages",
        """
        {"kind":"record","base64":"/wABAg==",
         "headers":[{"name":"trace","value":"abc","binary":false},
                    {"name":"bits","value":"/w==","binary":true}]}
        """);

    JsonNode message = RunningAdmin.json(admin.get("/api/v1/destinations/raw/messages/0/0"));

    assertThat(message.path("source").asText()).isEqualTo("record");
    assertThat(message.path("jms").isNull()).isTrue();
    assertThat(message.path("body").path("encoding").asText()).isEqualTo("base64");
    assertThat(message.path("body").path("data").asText()).isEqualTo("/wABAg==");
    assertThat(message.path("body").path("size").asInt()).isEqualTo(4);
    assertThat(message.path("headers").findValuesAsText("value")).containsExactly("abc", "/w==");
  }

  @Test
  void pagesThroughMessagesByOffsetAndCutsLargeBodies() throws Exception {
    admin.post("/api/v1/destinations", "{\"name\":\"many\",\"kind\":\"topic\"}");
    for (int i = 0; i < 5; i++) {
      admin.post("/api/v1/destinations/many/messages", "{\"text\":\"message number " + i + " ä\"}");
    }

    JsonNode page =
        RunningAdmin.json(
            admin.get("/api/v1/destinations/many/messages?offset=1&limit=2&bodyBytes=7"));

    assertThat(page.path("messages").findValuesAsText("offset")).containsExactly("1", "2");
    assertThat(page.path("nextOffset").asLong()).isEqualTo(3);
    JsonNode body = page.path("messages").path(0).path("body");
    assertThat(body.path("data").asText()).isEqualTo("message");
    assertThat(body.path("truncated").asBoolean()).isTrue();
    assertThat(body.path("size").asInt()).isEqualTo(19);
  }

  @Test
  void saysWhichInputIsWrongAndWhy() throws Exception {
    HttpResponse<String> refused =
        admin.post("/api/v1/destinations", "{\"name\":\"a b\",\"kind\":\"heap\",\"partitions\":0}");

    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
    JsonNode problem = RunningAdmin.json(refused);
    assertThat(problem.path("type").asText()).isEqualTo("urn:millrace:problem:invalid-input");
    assertThat(problem.path("errors").findValuesAsText("field"))
        .containsExactly("kind", "name", "partitions");
  }

  @Test
  void answersEveryFaultWithAProblem() throws Exception {
    assertThat(problem(admin.get("/api/v1/nothing"))).isEqualTo("404 not-found");
    assertThat(problem(admin.get("/api/v1/destinations?sort=colour")))
        .isEqualTo("422 invalid-input");
    assertThat(problem(admin.get("/api/v1/destinations?limit=many"))).startsWith("404");
    assertThat(problem(admin.post("/api/v1/destinations", "{"))).isEqualTo("400 malformed");
    assertThat(problem(admin.post("/api/v1/destinations", "{\"nmae\":\"x\"}")))
        .isEqualTo("400 malformed");
    assertThat(problem(admin.post("/api/v1/destinations", ""))).isEqualTo("422 invalid-input");
    assertThat(problem(admin.post("/api/v1/server", "{}"))).isEqualTo("405 method-not-allowed");
    assertThat(
            problem(
                admin.send(
                    admin
                        .request("/api/v1/destinations")
                        .header("Content-Type", "text/plain")
                        .POST(BodyPublishers.ofString("x")))))
        .isEqualTo("415 unsupported-media-type");
    assertThat(problem(admin.delete("/api/v1/groups/billing"))).isEqualTo("409 conflict");
  }

  /** By the length that the header says: a body would be cut off while it is sent. */
  @Test
  void refusesABodyThatIsTooLarge() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), admin.port())) {
      socket.setSoTimeout(20_000);
      String head =
          "POST /api/v1/destinations HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
              + admin.token.text()
              + "\r\nContent-Type: application/json\r\nContent-Length: 3145728\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer)
          .startsWith("HTTP/1.1 413 ")
          .contains("urn:millrace:problem:too-large", "Send at most 2 MiB at once.");
    }
  }

  @Test
  void saysThatTheDiskIsFull() throws Exception {
    broker.failWith(new StoreFullException("no space"));

    HttpResponse<String> refused =
        admin.post("/api/v1/destinations", "{\"name\":\"orders\",\"kind\":\"queue\"}");

    assertThat(problem(refused)).isEqualTo("507 store-full");
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
  }

  @Test
  void refusesAMessageThatDoesNotFitItsKind() throws Exception {
    admin.post("/api/v1/destinations", "{\"name\":\"orders\",\"kind\":\"queue\"}");
    String messages = "/api/v1/destinations/orders/messages";

    assertThat(problem(admin.post(messages, "{\"text\":\"a\",\"base64\":\"YQ==\"}")))
        .isEqualTo("422 invalid-input");
    assertThat(problem(admin.post(messages, "{\"kind\":\"record\",\"priority\":3}")))
        .isEqualTo("422 invalid-input");
    assertThat(problem(admin.post(messages, "{\"base64\":\"???\"}")))
        .isEqualTo("422 invalid-input");
    assertThat(
            problem(
                admin.post(
                    messages,
                    "{\"properties\":[{\"name\":\"n\",\"type\":\"int\",\"value\":\"many\"}]}")))
        .isEqualTo("422 invalid-input");
    assertThat(
            problem(
                admin.post(
                    messages,
                    "{\"kind\":\"record\",\"headers\":[{\"name\":\"jms.body\",\"value\":\"T\",\"binary\":false}]}")))
        .isEqualTo("422 invalid-input");
  }

  private static String problem(HttpResponse<String> response) throws Exception {
    JsonNode problem = RunningAdmin.json(response);
    assertThat(problem.path("status").asInt()).isEqualTo(response.statusCode());
    assertThat(problem.path("title").asText()).isNotBlank();
    assertThat(problem.path("detail").asText()).isNotBlank();
    return response.statusCode() + " " + problem.path("type").asText().replaceFirst(".*:", "");
  }
}
