package io.millrace.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.JavaCommand;
import io.millrace.it.support.Program;
import io.millrace.it.support.ServerProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The application of Kafka's own {@code StreamsSmokeTest} with {@code exactly_once_v2}: windows,
 * joins, suppression and aggregates over some fifteen topics and the internal ones of Kafka
 * Streams, while one instance is killed, another closed, and the server killed. Its own driver
 * sends, works out what must come out, and compares.
 */
@Timeout(420)
final class KafkaStreamsSmokeTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final Duration VERIFY = Duration.ofMinutes(4);
  private static final String LIBRARIES = JavaCommand.collected("kafka-streams-smoke");
  private static final String STARTED = "SMOKE-TEST-CLIENT-STARTED";
  private static final String CLOSED = "SMOKE-TEST-CLIENT-CLOSED";
  private static final String EXCEPTION = "SMOKE-TEST-CLIENT-EXCEPTION";

  @TempDir Path directory;

  @Test
  void comesToTheSameResultsThoughInstancesAndServerGo() throws Exception {
    // The program asks for three copies of its topics, as it was written for three brokers.
    try (ServerProcess server =
        ServerProcess.start(directory.resolve("data"), "topics.any-replication-factor=true")) {
      createTopics(server);
      try (Program driver = driver(server);
          Program first = instance(server, "first");
          Program second = instance(server, "second")) {
        first.awaitOutput(TIMEOUT, STARTED);
        second.awaitOutput(TIMEOUT, STARTED);
        awaitProduced(driver, 2_000);

        first.kill();
        try (Program third = instance(server, "first")) {
          third.awaitOutput(TIMEOUT, STARTED);
          awaitProduced(driver, 4_000);

          server.kill();
          server.startAgain();
          awaitProduced(driver, 6_000);

          // Early enough: the verifier wants an application that has no transactions to end any
          // more.
          assertThat(second.terminate(TIMEOUT).out()).contains(CLOSED).doesNotContain(EXCEPTION);
          Program.Outcome outcome = driver.await(VERIFY).successful();
          assertThat(outcome.out())
              .as(outcome.err())
              .contains("ALL-RECORDS-DELIVERED", "SUCCESS")
              .doesNotContain("FAILURE");
          assertThat(third.terminate(TIMEOUT).out()).contains(CLOSED).doesNotContain(EXCEPTION);
        }
      }
    }
  }

  /** Waits until the driver has sent so many of its 10,000 records. */
  private static void awaitProduced(Program driver, int records) {
    driver.awaitOutput(TIMEOUT, " " + records + " records produced");
  }

  private static Program driver(ServerProcess server) throws IOException {
    return Program.start(
        JavaCommand.of(
            LIBRARIES + File.pathSeparator + Path.of("target", "test-classes"),
            SmokeProgram.class.getName(),
            server.bootstrap()));
  }

  /**
   * @param name its files are those of an earlier one with this name
   */
  private Program instance(ServerProcess server, String name) throws IOException {
    Path settings = directory.resolve(name + ".properties");
    Files.write(
        settings,
        List.of(
            "bootstrap.servers=" + server.bootstrap(),
            "processing.guarantee=exactly_once_v2",
            "state.dir=" + Files.createDirectories(directory.resolve(name)),
            "session.timeout.ms=10000"));
    return Program.start(
        JavaCommand.of(
            LIBRARIES,
            "org.apache.kafka.streams.tests.StreamsSmokeTest",
            settings.toString(),
            "process"));
  }

  private static void createTopics(ServerProcess server) throws Exception {
    Stream<String> names =
        Stream.of(
            "data",
            "echo",
            "max",
            "min",
            "min-suppressed",
            "min-raw",
            "dif",
            "sum",
            "sws-raw",
            "sws-suppressed",
            "cnt",
            "avg",
            "tagg",
            "fk");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrap()))) {
      admin.createTopics(names.map(name -> new NewTopic(name, 3, (short) 1)).toList()).all().get();
    }
  }
}
