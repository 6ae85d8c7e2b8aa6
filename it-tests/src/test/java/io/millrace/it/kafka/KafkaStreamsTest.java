package io.millrace.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.JavaCommand;
import io.millrace.it.support.Program;
import io.millrace.it.support.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka's own {@code StreamsEosTest}: an application on Kafka Streams with {@code exactly_once_v2},
 * whose instances are killed, as is the server. Its own verifier reads what came in and what came
 * out, and finds each record counted once.
 */
@Timeout(420)
final class KafkaStreamsTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final Duration VERIFY = Duration.ofMinutes(4);
  private static final String RUNNING = "REBALANCING -> RUNNING";

  /** Records that come in between two kills. */
  private static final long RECORDS = 150;

  @TempDir Path directory;

  @Test
  void countsEachRecordOnceThoughApplicationAndServerAreKilled() throws Exception {
    // The program asks for three copies of its topics, as it was written for three brokers.
    try (ServerProcess server =
            ServerProcess.start(directory.resolve("data"), "topics.any-replication-factor=true");
        Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrap()))) {
      createTopics(admin);
      try (Program generator = program(server, "generator", "run");
          Program first = program(server, "first", "process-complex");
          Program second = program(server, "second", "process-complex")) {
        first.awaitOutput(TIMEOUT, RUNNING);
        second.awaitOutput(TIMEOUT, RUNNING);
        awaitEchoed(admin, RECORDS);

        first.kill();
        awaitEchoed(admin, RECORDS);
        try (Program third = program(server, "first", "process-complex")) {
          third.awaitOutput(TIMEOUT, RUNNING);
          awaitEchoed(admin, RECORDS);

          server.kill();
          server.startAgain();
          awaitEchoed(admin, RECORDS);

          assertThat(generator.isAlive()).as(generator.err()).isTrue();
          generator.terminate(TIMEOUT);
          assertThat(third.terminate(TIMEOUT).out()).contains("EOS-TEST-CLIENT-CLOSED");
        }
        assertThat(second.terminate(TIMEOUT).out()).contains("EOS-TEST-CLIENT-CLOSED");
      }
      try (Program verifier = program(server, "verifier", "verify-complex")) {
        Program.Outcome outcome = verifier.await(VERIFY);
        assertThat(outcome.out()).as(outcome.err()).contains("ALL-RECORDS-DELIVERED");
      }
    }
  }

  /**
   * @param instance its files are those of an earlier one with this name
   */
  private Program program(ServerProcess server, String instance, String command)
      throws IOException {
    Path settings = directory.resolve(instance + ".properties");
    Files.write(
        settings,
        List.of(
            "bootstrap.servers=" + server.bootstrap(),
            "processing.guarantee=exactly_once_v2",
            "state.dir=" + Files.createDirectories(directory.resolve(instance)),
            "session.timeout.ms=10000"));
    return Program.start(
        JavaCommand.of(
            JavaCommand.collected("kafka-streams"),
            "org.apache.kafka.streams.tests.StreamsEosTest",
            settings.toString(),
            command));
  }

  private static void createTopics(Admin admin) throws Exception {
    admin
        .createTopics(
            Stream.of("data", "echo", "min", "sum", "repartition", "max", "cnt")
                .map(name -> new NewTopic(name, 3, (short) 1))
                .toList())
        .all()
        .get();
  }

  /** Waits until so many more have passed through the application. */
  private static void awaitEchoed(Admin admin, long more) {
    long enough = echoed(admin) + more;
    Awaitility.await().atMost(TIMEOUT).until(() -> echoed(admin) >= enough);
  }

  private static long echoed(Admin admin) {
    try {
      return admin
          .listOffsets(
              Stream.of(0, 1, 2)
                  .collect(
                      Collectors.toMap(
                          p -> new TopicPartition("echo", p), p -> OffsetSpec.latest())))
          .all()
          .get()
          .values()
          .stream()
          .mapToLong(end -> end.offset())
          .sum();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError("the end of a topic cannot be asked for", e);
    }
  }
}
