package io.millrace.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.JavaCommand;
import io.millrace.it.support.Program;
import io.millrace.it.support.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka's own {@code TransactionalMessageCopier}: copies a partition in transactions, aborts some
 * of them at random, while the server is killed again and again and a reader of what is committed
 * looks on. Each message must arrive once, in order.
 */
@Timeout(300)
final class KafkaTransactionsTest {
  private static final int RECORDS = 12_000;
  private static final int KILLS = 4;
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  @TempDir Path directory;

  @Test
  void copiesEachMessageOnceAcrossAbortsAndKills() throws Exception {
    try (ServerProcess server = ServerProcess.start(directory)) {
      createTopics(server);
      fill(server);
      List<Integer> seen = new ArrayList<>();
      try (KafkaConsumer<String, String> reader = reader(server);
          Program copier = Program.start(copier(server))) {
        reader.subscribe(List.of("copied"));
        for (int kill = 1; kill <= KILLS; kill++) {
          int enough = RECORDS / (KILLS + 2) * kill;
          readUntil(reader, seen, enough, copier);
          server.kill();
          server.startAgain();
        }
        readUntil(reader, seen, RECORDS, copier);
        Program.Outcome outcome = copier.await(TIMEOUT);
        assertThat(outcome.out()).contains("\"stage\":\"ShutdownComplete\"", "\"remaining\":0");
        reader.poll(POLL).forEach(more -> seen.add(Integer.parseInt(more.value())));
      }
      assertCopied(seen);
    }
  }

  /** Looks on, and finds nothing twice, nothing out of order and nothing missing. */
  private static void readUntil(
      KafkaConsumer<String, String> reader, List<Integer> seen, int enough, Program copier) {
    Awaitility.await()
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              for (ConsumerRecord<String, String> record : reader.poll(POLL)) {
                assertThat(record.value())
                    .as(copier.err())
                    .isEqualTo(Integer.toString(seen.size()));
                seen.add(Integer.parseInt(record.value()));
              }
              return seen.size() >= enough;
            });
  }

  private static void assertCopied(List<Integer> seen) {
    assertThat(seen).hasSize(RECORDS);
    for (int i = 0; i < RECORDS; i++) {
      assertThat(seen.get(i)).isEqualTo(i);
    }
  }

  private static List<String> copier(ServerProcess server) {
    return JavaCommand.of(
        JavaCommand.collected("kafka-tools"),
        "org.apache.kafka.tools.TransactionalMessageCopier",
        "--broker-list",
        server.bootstrap(),
        "--input-topic",
        "original",
        "--input-partition",
        "0",
        "--output-topic",
        "copied",
        "--max-messages",
        Integer.toString(RECORDS),
        "--consumer-group",
        "copiers",
        "--transactional-id",
        "copier",
        "--transaction-size",
        "100",
        "--enable-random-aborts");
  }

  private static void createTopics(ServerProcess server) throws Exception {
    try (Admin admin = Admin.create(config(server))) {
      admin
          .createTopics(
              List.of(new NewTopic("original", 1, (short) 1), new NewTopic("copied", 1, (short) 1)))
          .all()
          .get();
    }
  }

  private static void fill(ServerProcess server) {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(config(server), new StringSerializer(), new StringSerializer())) {
      for (int i = 0; i < RECORDS; i++) {
        var unused = producer.send(new ProducerRecord<>("original", Integer.toString(i)));
      }
    }
  }

  private static KafkaConsumer<String, String> reader(ServerProcess server) {
    return new KafkaConsumer<>(
        config(
            server,
            "group.id",
            "onlookers",
            "auto.offset.reset",
            "earliest",
            "isolation.level",
            "read_committed"),
        new StringDeserializer(),
        new StringDeserializer());
  }

  private static Map<String, Object> config(ServerProcess server, String... settings) {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", server.bootstrap());
    for (int i = 0; i < settings.length; i += 2) {
      config.put(settings[i], settings[i + 1]);
    }
    return config;
  }
}
