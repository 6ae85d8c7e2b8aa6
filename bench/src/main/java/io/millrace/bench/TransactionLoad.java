package io.millrace.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Transactions of 100 records each (KIP-98), the times of whose commits are noted. One thread. */
final class TransactionLoad {
  private static final int BATCH = 100;
  private static final int WARM_UP = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String bootstrap;
  private final Latencies commits;

  TransactionLoad(String bootstrap, Latencies commits) {
    this.bootstrap = bootstrap;
    this.commits = commits;
  }

  /** Seconds that producing took. */
  double produce(String topic, int records, byte[] value) {
    try (KafkaProducer<byte[], byte[]> producer = producer("produce-" + topic)) {
      producer.initTransactions();
      long startedNs = 0;
      int transactions = (records + BATCH - 1) / BATCH;
      for (int i = -WARM_UP; i < transactions; i++) {
        if (i == 0) {
          startedNs = System.nanoTime();
        }
        producer.beginTransaction();
        for (int record = 0; record < BATCH; record++) {
          // A record that fails fails the commit.
          var unused = producer.send(new ProducerRecord<>(topic, value));
        }
        commit(producer, i >= 0);
      }
      return (System.nanoTime() - startedNs) / 1e9;
    }
  }

  /**
   * Seconds that it took to copy a topic, with the positions in the same transactions (KIP-447).
   */
  double copy(String topic, int records) {
    try (KafkaProducer<byte[], byte[]> producer = producer("copy-" + topic);
        KafkaConsumer<byte[], byte[]> consumer = consumer(topic)) {
      producer.initTransactions();
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      consumer.position(partition);
      long startedNs = System.nanoTime();
      for (int copied = 0; copied < records; ) {
        ConsumerRecords<byte[], byte[]> some = consumer.poll(PATIENCE);
        if (some.isEmpty()) {
          throw new IllegalStateException("only " + copied + " of " + records + " records came");
        }
        producer.beginTransaction();
        long next = 0;
        for (ConsumerRecord<byte[], byte[]> each : some) {
          var unused = producer.send(new ProducerRecord<>(topic + "-copy", each.value()));
          next = each.offset() + 1;
        }
        producer.sendOffsetsToTransaction(
            Map.of(partition, new OffsetAndMetadata(next)), consumer.groupMetadata());
        commit(producer, true);
        copied += some.count();
      }
      return (System.nanoTime() - startedNs) / 1e9;
    }
  }

  private void commit(KafkaProducer<byte[], byte[]> producer, boolean counts) {
    long startedNs = System.nanoTime();
    producer.commitTransaction();
    if (counts) {
      commits.add(System.nanoTime() - startedNs);
    }
  }

  private KafkaProducer<byte[], byte[]> producer(String transactionalId) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", bootstrap, "transactional.id", transactionalId),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private KafkaConsumer<byte[], byte[]> consumer(String topic) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            bootstrap,
            "group.id",
            "copy-" + topic,
            "enable.auto.commit",
            "false",
            "isolation.level",
            "read_committed",
            "max.poll.records",
            Integer.toString(BATCH)),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
