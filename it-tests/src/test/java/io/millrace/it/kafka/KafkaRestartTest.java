package io.millrace.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kafka clients that live on while the server is killed and started again. */
@Timeout(180)
final class KafkaRestartTest {
  private static final int PARTITIONS = 3;
  private static final int RECORDS = 30_000;
  private static final int KILLS = 3;
  private static final Duration POLL = Duration.ofMillis(100);

  @TempDir Path directory;

  @Test
  void losesNothingAndRepeatsNothingAcrossKills() throws Exception {
    try (ServerProcess server = ServerProcess.start(directory)) {
      createTopic(server);
      try (KafkaProducer<String, String> producer =
              new KafkaProducer<>(
                  config(server, "linger.ms", "1"),
                  new StringSerializer(),
                  new StringSerializer());
          KafkaConsumer<String, String> consumer = consumer(server)) {
        consumer.subscribe(List.of("survivor"));
        List<Integer> read = new ArrayList<>();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
          sent.add(
              producer.send(
                  new ProducerRecord<>("survivor", i % PARTITIONS, null, Integer.toString(i))));
          if (i % (RECORDS / KILLS) == RECORDS / KILLS / 2) {
            server.kill();
            server.startAgain();
            read(consumer, read);
          }
        }
        producer.flush();
        for (Future<RecordMetadata> each : sent) {
          assertThat(each.get().hasOffset()).isTrue();
        }
        Awaitility.await()
            .atMost(Duration.ofMinutes(1))
            .pollInterval(Duration.ofMillis(1))
            .until(
                () -> {
                  read(consumer, read);
                  return read.size() >= RECORDS;
                });
        consumer.poll(POLL).forEach(more -> read.add(Integer.parseInt(more.value())));

        assertThat(read).hasSize(RECORDS).doesNotHaveDuplicates();
        assertInOrderWithinPartitions(read);
      }
    }
  }

  private static void assertInOrderWithinPartitions(List<Integer> read) {
    Map<Integer, Integer> last = new HashMap<>();
    for (int value : read) {
      Integer before = last.put(value % PARTITIONS, value);
      assertThat(before == null || before < value).as("%s before %s", before, value).isTrue();
    }
  }

  private static void read(KafkaConsumer<String, String> consumer, List<Integer> read) {
    for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
      read.add(Integer.parseInt(record.value()));
    }
  }

  private static void createTopic(ServerProcess server) throws Exception {
    try (Admin admin = Admin.create(config(server))) {
      admin.createTopics(List.of(new NewTopic("survivor", PARTITIONS, (short) 1))).all().get();
    }
  }

  private static KafkaConsumer<String, String> consumer(ServerProcess server) {
    return new KafkaConsumer<>(
        config(server, "group.id", "readers", "auto.offset.reset", "earliest"),
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
