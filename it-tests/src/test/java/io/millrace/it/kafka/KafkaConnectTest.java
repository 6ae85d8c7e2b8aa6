package io.millrace.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.FreePort;
import io.millrace.it.support.JavaCommand;
import io.millrace.it.support.Program;
import io.millrace.it.support.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A distributed Kafka Connect with its file connectors: lines of a file go into a topic exactly
 * once, by transactions, and from the topic into another file, while the server is killed and the
 * worker ends and begins again. What Connect remembers is in compacted topics that it makes itself.
 */
@Timeout(300)
final class KafkaConnectTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final int PART = 2_000;

  @TempDir Path directory;

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void carriesEachLineOnceThoughTheServerIsKilled() throws Exception {
    int rest = FreePort.find();
    Path in = Files.createFile(directory.resolve("in.txt"));
    Path out = directory.resolve("out.txt");
    try (ServerProcess server = ServerProcess.start(directory.resolve("data"))) {
      try (Program worker = worker(server, rest)) {
        awaitRest(worker, rest);
        connector(rest, "source", "FileStreamSource", "\"topic\":\"lines\",\"file\":\"" + in + '"');
        connector(rest, "sink", "FileStreamSink", "\"topics\":\"lines\",\"file\":\"" + out + '"');
        append(in, 0);
        awaitLines(worker, out, PART);

        append(in, PART);
        server.kill();
        append(in, 2 * PART);
        server.startAgain();
        awaitLines(worker, out, 3 * PART);
        awaitRunning(worker, rest);
        // The sink's offsets are committed with its end: what it wrote is not written again.
        worker.terminate(TIMEOUT);
      }
      append(in, 3 * PART);
      // Remembers both connectors, and how far they were.
      try (Program worker = worker(server, rest)) {
        awaitLines(worker, out, 4 * PART);
        awaitRunning(worker, rest);
        worker.terminate(TIMEOUT);
      }
      assertThat(Files.readAllLines(out))
          .containsExactlyElementsOf(
              IntStream.range(0, 4 * PART).mapToObj(KafkaConnectTest::line).toList());
      assertThat(policies(server))
          .containsEntry("connect-configs", "compact")
          .containsEntry("connect-offsets", "compact")
          .containsEntry("connect-status", "compact")
          .containsEntry("lines", "delete");
    }
  }

  private Program worker(ServerProcess server, int rest) throws IOException {
    Path settings = directory.resolve("worker.properties");
    Files.write(
        settings,
        List.of(
            "bootstrap.servers=" + server.bootstrap(),
            "group.id=connect",
            "listeners=http://127.0.0.1:" + rest,
            "exactly.once.source.support=enabled",
            "key.converter=org.apache.kafka.connect.storage.StringConverter",
            "value.converter=org.apache.kafka.connect.storage.StringConverter",
            "config.storage.topic=connect-configs",
            "config.storage.replication.factor=1",
            "offset.storage.topic=connect-offsets",
            "offset.storage.replication.factor=1",
            "offset.storage.partitions=5",
            "status.storage.topic=connect-status",
            "status.storage.replication.factor=1",
            "status.storage.partitions=2",
            "offset.flush.interval.ms=1000",
            "topic.creation.enable=true"));
    return Program.start(
        JavaCommand.of(
            JavaCommand.collected("kafka-connect"),
            "org.apache.kafka.connect.cli.ConnectDistributed",
            settings.toString()));
  }

  private void connector(int rest, String name, String type, String config) throws Exception {
    String body =
        """
        {"name":"%s","config":{"connector.class":"org.apache.kafka.connect.file.%sConnector",
        "tasks.max":"1","topic.creation.default.partitions":"1",
        "topic.creation.default.replication.factor":"1",
        "consumer.override.isolation.level":"read_committed",%s}}
        """
            .formatted(name, type, config);
    var answer =
        http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + rest + "/connectors"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  /** Waits until the worker has read its topics and joined its group. */
  private void awaitRest(Program worker, int rest) {
    Awaitility.await()
        .atMost(TIMEOUT)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              assertThat(worker.isAlive()).as(worker.err()).isTrue();
              return get(rest, "/connectors").equals("[]");
            });
  }

  private void awaitRunning(Program worker, int rest) {
    for (String name : List.of("source", "sink")) {
      Awaitility.await()
          .atMost(TIMEOUT)
          .until(
              () -> {
                assertThat(worker.isAlive()).as(worker.err()).isTrue();
                String status = get(rest, "/connectors/" + name + "/status");
                return status.split("\"RUNNING\"", -1).length == 3;
              });
    }
  }

  private String get(int rest, String path) throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + rest + path)).build(),
            BodyHandlers.ofString())
        .body();
  }

  private static void append(Path file, int from) throws IOException {
    Files.write(
        file,
        IntStream.range(from, from + PART).mapToObj(KafkaConnectTest::line).toList(),
        StandardOpenOption.APPEND);
  }

  private static String line(int number) {
    return "line " + number;
  }

  private static void awaitLines(Program worker, Path file, int lines) {
    Awaitility.await()
        .atMost(TIMEOUT)
        .until(
            () -> {
              assertThat(worker.isAlive()).as(worker.err()).isTrue();
              return Files.exists(file) && Files.readAllLines(file).size() >= lines;
            });
  }

  private static Map<String, String> policies(ServerProcess server) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrap()))) {
      List<ConfigResource> topics =
          admin.listTopics().names().get().stream()
              .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
              .toList();
      return admin.describeConfigs(topics).all().get().entrySet().stream()
          .collect(
              Collectors.toMap(
                  topic -> topic.getKey().name(),
                  topic -> topic.getValue().get("cleanup.policy").value()));
    }
  }
}
