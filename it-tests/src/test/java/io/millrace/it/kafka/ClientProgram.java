package io.millrace.it.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * An ordinary application of the Java client, to be run with any version of it: makes a topic,
 * sends to it, reads it in a group, commits, moves records in transactions, and deletes it. Says each
 * step.
 */
public final class ClientProgram {
  private static final String TOPIC = "program";
  private static final String MOVED = "moved";
  private static final int RECORDS = 1000;
  private static final int TRANSACTIONS = 10;
  private static final Duration POLL = Duration.ofMillis(200);

  private ClientProgram() {}

  /** Runs against the server at {@code arguments[0]}. */
  public static void main(String[] arguments) throws Exception {
    Properties config = new Properties();
    config.put("bootstrap.servers", arguments[0]);
    System.out.println("client " + version());
    try (Admin admin = Admin.create(config)) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
      send(config);
      read(config);
      OffsetAndMetadata committed =
          admin
              .listConsumerGroupOffsets("programs")
              .partitionsToOffsetAndMetadata()
              .get()
              .get(new TopicPartition(TOPIC, 0));
      System.out.println("committed " + Objects.requireNonNull(committed).offset());
      transact(config);
      admin.deleteTopics(List.of(TOPIC)).all().get();
      System.out.println("deleted");
    }
  }

  /** The version of the client library that is on the class path. */
  private static String version() throws IOException {
    Properties properties = new Properties();
    try (InputStream in = ClassLoader.getSystemResourceAsStream("kafka/kafka-version.properties")) {
      properties.load(Objects.requireNonNull(in));
    }
    return properties.getProperty("version");
  }

  private static void send(Properties config) throws Exception {
    Properties own = new Properties();
    own.putAll(config);
    own.put("compression.type", "zstd");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(own, new StringSerializer(), new StringSerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int i = 0; i < RECORDS; i++) {
        sent.add(producer.send(new ProducerRecord<>(TOPIC, Integer.toString(i))));
      }
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
      System.out.println("sent " + sent.size());
    }
  }

  private static void read(Properties config) {
    Properties own = new Properties();
    own.putAll(config);
    own.put("group.id", "programs");
    own.put("auto.offset.reset", "earliest");
    own.put("enable.auto.commit", "false");
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(own, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(TOPIC));
      int next = 0;
      while (next < RECORDS) {
        for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
          if (!record.value().equals(Integer.toString(next)) || record.offset() != next) {
            throw new IllegalStateException("expected " + next + ", got " + record);
          }
          next++;
        }
      }
      consumer.commitSync();
      System.out.println("read " + next + " in order");
    }
  }

  /** Transactions that are committed and aborted in turn, with the offsets that they consumed. */
  private static void transact(Properties config) {
    Properties writing = new Properties();
    writing.putAll(config);
    writing.put("transactional.id", "program");
    Properties reading = new Properties();
    reading.putAll(config);
    reading.put("group.id", "movers");
    reading.put("auto.offset.reset", "earliest");
    reading.put("enable.auto.commit", "false");
    reading.put("isolation.level", "read_committed");
    try (KafkaProducer<String, String> producer =
            new KafkaProducer<>(writing, new StringSerializer(), new StringSerializer());
        KafkaConsumer<String, String> consumer =
            new KafkaConsumer<>(reading, new StringDeserializer(), new StringDeserializer())) {
      TopicPartition source = new TopicPartition(TOPIC, 0);
      consumer.subscribe(List.of(TOPIC));
      while (consumer.assignment().isEmpty()) {
        consumer.poll(POLL);
      }
      producer.initTransactions();
      for (int i = 0; i < TRANSACTIONS; i++) {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(MOVED, Integer.toString(i)));
        producer.sendOffsetsToTransaction(
            Map.of(source, new OffsetAndMetadata(i + 1)), consumer.groupMetadata());
        if (i % 2 == 0) {
          producer.commitTransaction();
        } else {
          producer.abortTransaction();
        }
      }
      OffsetAndMetadata moved = consumer.committed(Set.of(source)).get(source);
      System.out.println("moved to " + Objects.requireNonNull(moved).offset());
      List<String> committed = new ArrayList<>();
      consumer.unsubscribe();
      consumer.assign(List.of(new TopicPartition(MOVED, 0)));
      while (committed.size() < TRANSACTIONS / 2) {
        consumer.poll(POLL).forEach(record -> committed.add(record.value()));
      }
      System.out.println("committed in transactions " + committed);
    }
  }
}
