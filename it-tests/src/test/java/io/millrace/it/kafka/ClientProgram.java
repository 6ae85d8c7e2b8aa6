package io.millrace.it.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
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
 * sends to it, reads it in a group, commits, sends and commits offsets in transactions, and deletes
 * it. Says each step.
 */
public final class ClientProgram {
  private static final String TOPIC = "program";
  private static final String COPIES = "program-copies";
  private static final int RECORDS = 1000;
  private static final int TRANSACTION = 50;
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
      transact(admin, config);
      admin.deleteTopics(List.of(TOPIC)).all().get();
      System.out.println("deleted");
    }
  }

  /** Copies in one transaction what it aborted in another; a reader sees it once. */
  private static void transact(Admin admin, Properties config) throws Exception {
    admin.createTopics(List.of(new NewTopic(COPIES, 1, (short) 1))).all().get();
    Properties own = new Properties();
    own.putAll(config);
    own.put("transactional.id", "programs");
    Properties copiers = new Properties();
    copiers.putAll(config);
    copiers.put("group.id", "copiers");
    try (KafkaProducer<String, String> producer =
            new KafkaProducer<>(own, new StringSerializer(), new StringSerializer());
        KafkaConsumer<String, String> consumer =
            new KafkaConsumer<>(copiers, new StringDeserializer(), new StringDeserializer())) {
      producer.initTransactions();
      for (boolean commit : new boolean[] {false, true, true}) {
        producer.beginTransaction();
        for (int i = 0; i < TRANSACTION; i++) {
          var unused =
              producer.send(new ProducerRecord<>(COPIES, commit ? "committed" : "aborted"));
        }
        producer.sendOffsetsToTransaction(
            Map.of(new TopicPartition(TOPIC, 0), new OffsetAndMetadata(commit ? 5 : 3)),
            consumer.groupMetadata());
        if (commit) {
          producer.commitTransaction();
        } else {
          producer.abortTransaction();
        }
      }
    }
    System.out.println("read committed " + countCommitted(config));
    System.out.println(
        "in the transaction "
            + Objects.requireNonNull(
                    admin
                        .listConsumerGroupOffsets("copiers")
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .get(new TopicPartition(TOPIC, 0)))
                .offset());
  }

  private static int countCommitted(Properties config) {
    Properties own = new Properties();
    own.putAll(config);
    own.put("isolation.level", "read_committed");
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(own, new StringDeserializer(), new StringDeserializer())) {
      TopicPartition copies = new TopicPartition(COPIES, 0);
      consumer.assign(List.of(copies));
      consumer.seekToBeginning(List.of(copies));
      long end = Objects.requireNonNull(consumer.endOffsets(List.of(copies)).get(copies));
      int count = 0;
      while (consumer.position(copies) < end) {
        for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
          if (!record.value().equals("committed")) {
            throw new IllegalStateException("read " + record);
          }
          count++;
        }
      }
      return count;
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
}
