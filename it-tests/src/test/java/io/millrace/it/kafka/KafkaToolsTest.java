package io.millrace.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.JavaCommand;
import io.millrace.it.support.Program;
import io.millrace.it.support.Program.Outcome;
import io.millrace.it.support.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's own programs, as they are, with nothing but the server's address. */
final class KafkaToolsTest {
  private static final String TOOLS = "org.apache.kafka.tools.";
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static ServerProcess server;

  @BeforeAll
  static void start() throws Exception {
    server = ServerProcess.start(directory);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void clientCompatibilityTest() throws Exception {
    Outcome outcome =
        run(
            "ClientCompatibilityTest",
            "--topic compatibility --num-cluster-nodes 1 --offsets-for-times-supported true"
                + " --cluster-id-supported true --expect-record-too-large-exception false"
                + " --create-topics-supported true --describe-acls-supported true"
                + " --describe-configs-supported true --idempotent-producer-supported true");

    assertThat(outcome.out()).contains("SUCCESS.");
  }

  @Test
  void topicCommand() throws Exception {
    run("TopicCommand", "--create --topic made --partitions 3 --config retention.ms=60000");
    assertThat(run("TopicCommand", "--list").out()).contains("made");
    assertThat(run("TopicCommand", "--describe --topic made").out())
        .contains("PartitionCount: 3", "ReplicationFactor: 1", "retention.ms=60000");
    run("TopicCommand", "--alter --topic made --partitions 5");
    assertThat(run("TopicCommand", "--describe --topic made").out()).contains("PartitionCount: 5");
    run("TopicCommand", "--delete --topic made");
    assertThat(run("TopicCommand", "--list").out()).doesNotContain("made");
  }

  @Test
  void consoleProducerAndConsumer() throws Exception {
    run("ConsoleProducer", "--topic console", "one\ntwo\nthree\n");

    Outcome read =
        run(
            "consumer.ConsoleConsumer",
            "--topic console --from-beginning --max-messages 3 --group console-readers");

    assertThat(read.out().lines()).contains("one", "two", "three");
  }

  @Test
  void consumerGroupCommand() throws Exception {
    run("ConsoleProducer", "--topic grouped", "one\ntwo\n");
    run(
        "consumer.ConsoleConsumer",
        "--topic grouped --from-beginning --max-messages 2 --group grouped-readers");

    assertThat(group("--list")).contains("grouped-readers");
    assertThat(group("--describe --group grouped-readers"))
        .containsPattern("grouped-readers\\s+grouped\\s+0\\s+2\\s+2\\s+0");
    assertThat(
            group(
                "--reset-offsets --to-earliest --execute --topic grouped --group grouped-readers"))
        .containsPattern("grouped-readers\\s+grouped\\s+0\\s+0");
    assertThat(group("--describe --group grouped-readers"))
        .containsPattern("grouped-readers\\s+grouped\\s+0\\s+0\\s+2\\s+2");
    assertThat(group("--describe --group grouped-readers --state")).contains("Empty");
    group("--delete --group grouped-readers");
    assertThat(group("--list")).doesNotContain("grouped-readers");
  }

  @Test
  void verifiableProducerAndConsumersAsStaticMembers() throws Exception {
    run("TopicCommand", "--create --topic verified --partitions 2");
    String consumer =
        "--topic verified --group-id verifiers --session-timeout 10000 --reset-policy earliest"
            + " --group-instance-id ";
    try (Program first = start("VerifiableConsumer", consumer + "first");
        Program second = start("VerifiableConsumer", consumer + "second")) {
      first.awaitOutput(TIMEOUT, "\"partitions_assigned\"");
      second.awaitOutput(TIMEOUT, "\"partitions_assigned\"");

      Outcome sent =
          run(
              "VerifiableProducer",
              "--topic verified --max-messages 1000 --acks -1 --repeating-keys 20");
      assertThat(sent.out()).contains("\"sent\":1000,\"acked\":1000");

      org.awaitility.Awaitility.await()
          .atMost(TIMEOUT)
          .until(() -> consumed(first.out()) + consumed(second.out()) == 1000);
      List<String> members = List.of("first", "second");
      assertThat(group("--describe --group verifiers --members")).contains(members);
      Outcome firstEnd = first.terminate(TIMEOUT);
      Outcome secondEnd = second.terminate(TIMEOUT);
      assertThat(firstEnd.out()).contains("\"shutdown_complete\"").contains("\"success\":true");
      assertThat(consumed(firstEnd.out())).isPositive();
      assertThat(consumed(secondEnd.out())).isPositive();
    }
  }

  @Test
  void consumersOfTheNewProtocol() throws Exception {
    run("TopicCommand", "--create --topic modern --partitions 2");
    String consumer =
        "--topic modern --group-id moderns --group-protocol consumer --group-remote-assignor range"
            + " --reset-policy earliest";
    try (Program first = start("VerifiableConsumer", consumer);
        Program second = start("VerifiableConsumer", consumer)) {
      org.awaitility.Awaitility.await()
          .atMost(TIMEOUT)
          .until(
              () -> {
                String members = group("--describe --group moderns --members");
                return members.lines().filter(line -> line.matches("moderns .* 1 +")).count() == 2;
              });
      assertThat(group("--describe --group moderns --state")).containsPattern("range\\s+Stable");
      assertThat(group("--list --type consumer")).contains("moderns");

      Outcome sent = run("VerifiableProducer", "--topic modern --max-messages 1000 --acks -1");
      assertThat(sent.out()).contains("\"sent\":1000,\"acked\":1000");
      org.awaitility.Awaitility.await()
          .atMost(TIMEOUT)
          .until(() -> consumed(first.out()) + consumed(second.out()) >= 1000);
      assertThat(first.terminate(TIMEOUT).out()).contains("\"shutdown_complete\"");
      assertThat(second.terminate(TIMEOUT).out()).contains("\"shutdown_complete\"");
    }
    group("--delete --group moderns");
    assertThat(group("--list")).doesNotContain("moderns");
  }

  @Test
  void consumersOfAShareGroup() throws Exception {
    run("TopicCommand", "--create --topic shared --partitions 1");
    String consumer = "--topic shared --group-id sharers --offset-reset-strategy earliest";
    try (Program first = start("VerifiableShareConsumer", consumer);
        Program second = start("VerifiableShareConsumer", consumer)) {
      org.awaitility.Awaitility.await()
          .atMost(TIMEOUT)
          .until(
              () ->
                  shares("--describe --group sharers --members")
                          .lines()
                          .filter(line -> line.startsWith("sharers"))
                          .count()
                      == 2);
      assertThat(shares("--describe --group sharers --state")).contains("Stable");

      Outcome sent = run("VerifiableProducer", "--topic shared --max-messages 1000 --acks -1");
      assertThat(sent.out()).contains("\"sent\":1000,\"acked\":1000");
      org.awaitility.Awaitility.await()
          .atMost(TIMEOUT)
          .until(() -> acknowledged(first.out()) + acknowledged(second.out()) == 1000);
      assertThat(first.terminate(TIMEOUT).out()).contains("\"shutdown_complete\"");
      assertThat(second.terminate(TIMEOUT).out()).contains("\"shutdown_complete\"");
      assertThat(acknowledged(first.out()) + acknowledged(second.out())).isEqualTo(1000);
    }
    assertThat(shares("--describe --group sharers --offsets"))
        .containsPattern("sharers\\s+shared\\s+0\\s+1000\\s+0");
    shares("--reset-offsets --to-earliest --execute --topic shared --group sharers");
    assertThat(
            run(
                    "consumer.ConsoleShareConsumer",
                    "--topic shared --group sharers --max-messages 1000 --timeout-ms 60000")
                .out()
                .lines())
        .hasSize(1000);
    shares("--delete --group sharers");
    assertThat(shares("--list")).doesNotContain("sharers");
  }

  private static String shares(String options) throws Exception {
    return run("consumer.group.ShareGroupCommand", options).out();
  }

  private static long acknowledged(String out) {
    return count(out, "offsets_acknowledged");
  }

  @Test
  void producerAndConsumerPerformance() throws Exception {
    Outcome produced =
        run(
            "ProducerPerformance",
            "--topic performance --num-records 20000 --record-size 1000 --throughput -1"
                + " --command-property acks=all");
    assertThat(produced.out()).contains("20000 records sent");

    Outcome consumed =
        run("ConsumerPerformance", "--topic performance --num-records 20000 --timeout 60000");
    assertThat(consumed.out()).containsPattern(", 20\\d{3}, ");
  }

  @Test
  void endToEndLatency() throws Exception {
    Outcome outcome =
        run(
            "EndToEndLatency",
            "--topic latency --num-records 500 --producer-acks all --record-size 100");

    assertThat(outcome.out()).contains("Avg latency:", "Percentiles: 50th");
  }

  @Test
  void deletesCommittedOffsets() throws Exception {
    run("ConsoleProducer", "--topic forgotten", "one\ntwo\n");
    run(
        "consumer.ConsoleConsumer",
        "--topic forgotten --from-beginning --max-messages 2 --group forgetful");

    assertThat(group("--delete-offsets --group forgetful --topic forgotten"))
        .containsPattern("forgotten\\s+0\\s+Successful");

    assertThat(group("--describe --offsets --group forgetful")).doesNotContain("forgotten");
  }

  @Test
  void replicasAndDisks() throws Exception {
    run("TopicCommand", "--create --topic placed --partitions 2");
    run("ConsoleProducer", "--topic placed", "one\n");

    assertThat(
            run("LeaderElectionCommand", "--election-type preferred --topic placed --partition 1")
                .out())
        .contains("Valid replica already elected for partitions placed-1");
    assertThat(run("reassign.ReassignPartitionsCommand", "--list").out())
        .contains("No partition reassignments found.");
    assertThat(run("LogDirsCommand", "--describe --topic-list placed").out())
        .contains("\"partition\":\"placed-0\"", "\"partition\":\"placed-1\"", directory.toString());
    assertThat(run("TransactionsCommand", "describe-producers --topic placed --partition 0").out())
        .contains("ProducerId", "LastSequence");
  }

  private static long consumed(String out) {
    return count(out, "records_consumed");
  }

  private static long count(String out, String event) {
    Matcher counts = Pattern.compile("\"" + event + "\",\"count\":(\\d+)").matcher(out);
    long sum = 0;
    while (counts.find()) {
      sum += Long.parseLong(counts.group(1));
    }
    return sum;
  }

  private static String group(String arguments) throws Exception {
    return run("consumer.group.ConsumerGroupCommand", arguments).out();
  }

  private static Outcome run(String tool, String arguments) throws Exception {
    return run(tool, arguments, "");
  }

  private static Outcome run(String tool, String arguments, String input) throws Exception {
    return Program.run(TIMEOUT, command(tool, arguments), input).successful();
  }

  private static Program start(String tool, String arguments) throws Exception {
    return Program.start(command(tool, arguments));
  }

  private static List<String> command(String tool, String arguments) {
    List<String> all = new ArrayList<>(List.of("--bootstrap-server", server.bootstrap()));
    all.addAll(List.of(arguments.split(" ")));
    return JavaCommand.of(
        JavaCommand.collected("kafka-tools"), TOOLS + tool, all.toArray(String[]::new));
  }
}
