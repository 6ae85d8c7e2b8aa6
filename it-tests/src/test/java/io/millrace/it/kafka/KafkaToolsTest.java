package io.millrace.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.it.support.JavaCommand;
import io.millrace.it.support.Program;
import io.millrace.it.support.Program.Outcome;
import io.millrace.it.support.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's own programs, as they are, with nothing but the server's address. */
final class KafkaToolsTest {
  private static final String TOOLS = "org.apache.kafka.tools.";
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /** In minutes: transactions that are open for longer may hang. */
  private static final String SHORTEST = " --max-transaction-timeout 0";

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

  /** Its topics get small segments as soon as they are there, so that there is much to compact. */
  @Test
  void logCompactionTester() throws Exception {
    try (ServerProcess compacting =
            ServerProcess.start(
                directory.resolve("compacting"), "storage.compaction-check-ms=500ms");
        Admin admin = Admin.create(Map.of("bootstrap.servers", compacting.bootstrap()));
        Program tester =
            Program.start(
                JavaCommand.of(
                    JavaCommand.collected("kafka-tools"),
                    TOOLS + "LogCompactionTester",
                    "--bootstrap-server",
                    compacting.bootstrap(),
                    "--messages",
                    "300000",
                    "--topics",
                    "2",
                    "--duplicates",
                    "20",
                    "--percent-deletes",
                    "20",
                    "--compression-type",
                    "none",
                    "--sleep",
                    "8"))) {
      for (String topic : awaitTopics(admin, 2)) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        admin
            .incrementalAlterConfigs(
                Map.of(
                    resource,
                    List.of(
                        set("segment.bytes", "1048576"), set("min.cleanable.dirty.ratio", "0.01"))))
            .all()
            .get();
      }
      Outcome outcome = tester.await(TIMEOUT).successful();
      assertThat(outcome.out()).contains("0 mismatches", "Data verification is completed");
      Matcher reduction = Pattern.compile("([0-9.]+)% reduction").matcher(outcome.out());
      assertThat(reduction.find()).as(outcome.out()).isTrue();
      assertThat(Double.parseDouble(reduction.group(1))).as(outcome.out()).isPositive();
    }
  }

  private static List<String> awaitTopics(Admin admin, int count) {
    List<String> topics = new ArrayList<>();
    org.awaitility.Awaitility.await()
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              topics.clear();
              admin.listTopics().names().get().stream()
                  .filter(name -> name.startsWith("log-cleaner-test"))
                  .forEach(topics::add);
              return topics.size() == count;
            });
    return topics;
  }

  private static AlterConfigOp set(String name, String value) {
    return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
  }

  @Test
  void streamsResetter() throws Exception {
    run("TopicCommand", "--create --topic reset-input");
    run("TopicCommand", "--create --topic reset-counts-changelog --config cleanup.policy=compact");
    run("ConsoleProducer", "--topic reset-input", "one\ntwo\n");
    run(
        "consumer.ConsoleConsumer",
        "--topic reset-input --from-beginning --max-messages 2 --group reset");

    Outcome outcome = run("StreamsResetter", "--application-id reset --input-topics reset-input");

    assertThat(outcome.out()).contains("Topic: reset-input Partition: 0 Offset: 0");
    assertThat(group("--describe --group reset"))
        .containsPattern("reset\\s+reset-input\\s+0\\s+0\\s+2\\s+2");
    assertThat(run("TopicCommand", "--list").out())
        .contains("reset-input")
        .doesNotContain("reset-counts-changelog");
  }

  @Test
  void transactionsCommand() throws Exception {
    run("TopicCommand", "--create --topic hung");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                server.bootstrap(),
                "transactional.id",
                "hanging",
                "transaction.timeout.ms",
                600_000),
            new StringSerializer(),
            new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      var unused = producer.send(new ProducerRecord<>("hung", "left open")).get();

      assertThat(run("TransactionsCommand", "list").out())
          .containsPattern("hanging\\s+\\d+\\s+\\d+\\s+Ongoing");
      assertThat(run("TransactionsCommand", "describe --transactional-id hanging").out())
          .contains("Ongoing", "hung-0");
      // It has a coordinator, who will end it.
      assertThat(
              run("TransactionsCommand", "find-hanging --broker-id " + broker() + SHORTEST).out())
          .doesNotContain("hung");
      assertThat(run("TransactionsCommand", "find-hanging --topic hung" + SHORTEST).out())
          .doesNotContain("hung");

      run("TransactionsCommand", "abort --topic hung --partition 0 --start-offset 0");

      assertThat(run("TransactionsCommand", "describe-producers --topic hung --partition 0").out())
          .containsPattern("\\sNone\\s*$");
      run("TransactionsCommand", "forceTerminateTransaction --transactionalId hanging");
      assertThat(run("TransactionsCommand", "list").out())
          .containsPattern("hanging\\s+\\d+\\s+\\d+\\s+Empty");
      assertThatThrownBy(producer::commitTransaction).isInstanceOf(KafkaException.class);
    }
    assertThat(
            run(
                    "consumer.ConsoleConsumer",
                    "--topic hung --from-beginning --timeout-ms 2000 --isolation-level"
                        + " read_committed")
                .out())
        .doesNotContain("left open");
  }

  @Test
  void offsetsAndDeletedRecords() throws Exception {
    run("TopicCommand", "--create --topic cut --partitions 2");
    run("VerifiableProducer", "--topic cut --max-messages 100 --acks -1 --repeating-keys 20");
    Path file = directory.resolve("cut.json");
    Files.writeString(
        file, "{\"partitions\":[{\"topic\":\"cut\",\"partition\":0,\"offset\":10}],\"version\":1}");

    assertThat(run("DeleteRecordsCommand", "--offset-json-file " + file).out())
        .containsPattern("partition: cut-0\\s+low_watermark: 10");

    assertThat(run("GetOffsetShell", "--topic cut --time earliest").out())
        .contains("cut:0:10", "cut:1:0");
    long sum =
        run("GetOffsetShell", "--topic cut --time latest")
            .out()
            .lines()
            .filter(line -> line.startsWith("cut:"))
            .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(':') + 1)))
            .sum();
    assertThat(sum).isEqualTo(100);
  }

  @Test
  void quotas() throws Exception {
    String user = " --entity-type users --entity-name slow";
    assertThat(configs("--alter --add-config producer_byte_rate=100000" + user))
        .contains("Completed updating config");
    assertThat(configs("--describe" + user)).contains("producer_byte_rate=100000.0");
    configs("--alter --add-config request_percentage=50 --entity-type clients --entity-default");
    assertThat(configs("--describe --entity-type clients")).contains("request_percentage=50.0");
    String address = " --entity-type ips --entity-name 192.0.2.1";
    configs("--alter --add-config connection_creation_rate=5" + address);
    assertThat(configs("--describe" + address)).contains("connection_creation_rate=5.0");

    configs("--alter --delete-config producer_byte_rate" + user);
    assertThat(configs("--describe" + user)).doesNotContain("producer_byte_rate");
    configs("--alter --delete-config request_percentage --entity-type clients --entity-default");
    configs("--alter --delete-config connection_creation_rate" + address);
  }

  /** Kafka's ConfigCommand, which is not with its other programs. */
  private static String configs(String arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("--bootstrap-server", server.bootstrap()));
    all.addAll(List.of(arguments.split(" ")));
    return Program.run(
            TIMEOUT,
            JavaCommand.of(
                JavaCommand.collected("kafka-server"),
                "kafka.admin.ConfigCommand",
                all.toArray(String[]::new)),
            "")
        .successful()
        .out();
  }

  private static int broker() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrap()))) {
      return admin.describeCluster().nodes().get().iterator().next().id();
    }
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
