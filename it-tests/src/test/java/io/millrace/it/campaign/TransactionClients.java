package io.millrace.it.campaign;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Kafka clients as a campaign needs them: patient, and quick to come back. Any thread. */
final class TransactionClients {
  static final Duration POLL = Duration.ofMillis(100);

  /** Longer than the server is ever away, on the slowest of machines. */
  private static final String TRANSACTION_TIMEOUT_MS = "300000";

  private static final String PATIENCE_MS = "120000";
  private static final String REQUEST_TIMEOUT_MS = "10000";

  private final String bootstrap;

  TransactionClients(int port) {
    this.bootstrap = "127.0.0.1:" + port;
  }

  String bootstrap() {
    return bootstrap;
  }

  KafkaProducer<String, String> producer(String transactionalId) {
    return new KafkaProducer<>(
        config(
            "transactional.id",
            transactionalId,
            "transaction.timeout.ms",
            TRANSACTION_TIMEOUT_MS,
            "max.block.ms",
            PATIENCE_MS,
            "delivery.timeout.ms",
            PATIENCE_MS,
            "request.timeout.ms",
            REQUEST_TIMEOUT_MS),
        new StringSerializer(),
        new StringSerializer());
  }

  /**
   * @param group may be empty
   */
  KafkaConsumer<String, String> consumer(boolean committedOnly, String group) {
    Map<String, Object> config =
        config(
            "auto.offset.reset",
            "earliest",
            "enable.auto.commit",
            "false",
            "isolation.level",
            committedOnly ? "read_committed" : "read_uncommitted",
            "session.timeout.ms",
            "10000",
            "request.timeout.ms",
            REQUEST_TIMEOUT_MS,
            "default.api.timeout.ms",
            PATIENCE_MS);
    if (!group.isEmpty()) {
      config.put("group.id", group);
    }
    return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
  }

  /** What is committed in some partitions, from their beginnings to their ends. */
  Map<String, List<TransactionHistory.Read>> committed(List<TopicPartition> partitions) {
    Map<String, List<TransactionHistory.Read>> found = new HashMap<>();
    try (KafkaConsumer<String, String> consumer = consumer(true, "")) {
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.seekToBeginning(partitions);
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        consumer
            .poll(POLL)
            .forEach(
                record ->
                    found
                        .computeIfAbsent(
                            record.topic() + "-" + record.partition(), name -> new ArrayList<>())
                        .add(new TransactionHistory.Read(record.offset(), record.value())));
      }
    }
    return found;
  }

  /** Where partitions end for a reader. */
  Map<TopicPartition, Long> ends(boolean committedOnly, List<TopicPartition> partitions) {
    try (KafkaConsumer<String, String> consumer = consumer(committedOnly, "")) {
      return consumer.endOffsets(partitions);
    }
  }

  private Map<String, Object> config(String... settings) {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", bootstrap);
    config.put("reconnect.backoff.max.ms", "200");
    for (int i = 0; i < settings.length; i += 2) {
      config.put(settings[i], settings[i + 1]);
    }
    return config;
  }
}
