package io.millrace.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What Kafka's own performance tools do not measure, on any server that speaks its protocol. Prints
 * {@code rate= p50_us= p99_us=} in one line.
 *
 * <pre>
 * KafkaLoad BOOTSTRAP latency TOPIC RECORDS SIZE       one record at a time, from its send until it is consumed
 * KafkaLoad BOOTSTRAP send TOPIC RECORDS SIZE THREADS  threads that share a producer, each waiting for every record
 * KafkaLoad BOOTSTRAP share TOPIC RECORDS              a share group of one member takes a topic that holds them
 * KafkaLoad BOOTSTRAP transactions TOPIC RECORDS SIZE  in transactions of 100; the percentiles are of commits
 * KafkaLoad BOOTSTRAP copy TOPIC RECORDS               from a topic that holds them to TOPIC-copy, exactly once, 100 at a
 *                                                      time; the percentiles are of commits
 * KafkaLoad BOOTSTRAP partitions TOPIC COUNT SIZE      creates them and writes one record to each; the rate is partitions
 * KafkaLoad BOOTSTRAP first TOPIC                      waits until a record can be produced; prints seconds=
 * </pre>
 */
public final class KafkaLoad {
  private static final int WARM_UP = 2_000;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration START = Duration.ofMinutes(2);

  private final String bootstrap;
  private final Latencies latencies = new Latencies();

  private KafkaLoad(String bootstrap) {
    this.bootstrap = bootstrap;
  }

  public static void main(String[] arguments) throws Exception {
    KafkaLoad load = new KafkaLoad(arguments[0]);
    String topic = arguments[2];
    if (arguments[1].equals("first")) {
      System.out.printf(Locale.ROOT, "seconds=%.2f%n", load.first(topic));
      return;
    }
    int count = Integer.parseInt(arguments[3]);
    byte[] value = new byte[arguments.length > 4 ? Integer.parseInt(arguments[4]) : 0];
    double seconds =
        switch (arguments[1]) {
          case "latency" -> load.latency(topic, count, value);
          case "partitions" -> load.partitions(topic, count, value);
          case "send" -> load.send(topic, count, value, Integer.parseInt(arguments[5]));
          case "share" -> new ShareLoad(load.bootstrap).take(topic, count);
          case "transactions" ->
              new TransactionLoad(load.bootstrap, load.latencies).produce(topic, count, value);
          case "copy" -> new TransactionLoad(load.bootstrap, load.latencies).copy(topic, count);
          default -> throw new IllegalArgumentException("unknown mode " + arguments[1]);
        };
    System.out.printf(
        Locale.ROOT,
        "rate=%.0f p50_us=%.0f p99_us=%.0f%n",
        count / seconds,
        load.latencies.percentileUs(0.5),
        load.latencies.percentileUs(0.99));
  }

  private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("bootstrap.servers", bootstrap);
    settings.put("acks", "all");
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private double latency(String topic, int records, byte[] value)
      throws ExecutionException, InterruptedException {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", bootstrap, "enable.auto.commit", "false");
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of("linger.ms", "0"));
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToEnd(List.of(partition));
      consumer.position(partition);
      long startedNs = 0;
      for (int record = -WARM_UP; record < records; record++) {
        if (record == 0) {
          startedNs = System.nanoTime();
        }
        value[0] = (byte) record;
        long sentNs = System.nanoTime();
        Future<RecordMetadata> sent = producer.send(new ProducerRecord<>(topic, 0, null, value));
        ConsumerRecords<byte[], byte[]> got = consumer.poll(PATIENCE);
        long gotNs = System.nanoTime();
        sent.get();
        if (got.isEmpty()) {
          throw new IllegalStateException("record " + record + " did not come");
        }
        for (ConsumerRecord<byte[], byte[]> each : got) {
          if (each.value()[0] != (byte) record || got.count() != 1) {
            throw new IllegalStateException("not record " + record);
          }
        }
        if (record >= 0) {
          latencies.add(gotNs - sentNs);
        }
      }
      return (System.nanoTime() - startedNs) / 1e9;
    }
  }

  private double send(String topic, int records, byte[] value, int threads)
      throws ExecutionException, InterruptedException {
    ExecutorService senders = Executors.newFixedThreadPool(threads);
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of("linger.ms", "0"))) {
      sendAll(senders, producer, topic, WARM_UP, value, threads, false);
      long startedNs = System.nanoTime();
      sendAll(senders, producer, topic, records, value, threads, true);
      return (System.nanoTime() - startedNs) / 1e9;
    } finally {
      senders.shutdownNow();
    }
  }

  private void sendAll(
      ExecutorService senders,
      KafkaProducer<byte[], byte[]> producer,
      String topic,
      int records,
      byte[] value,
      int threads,
      boolean counts)
      throws ExecutionException, InterruptedException {
    List<Future<?>> running = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      int share = records / threads + (thread < records % threads ? 1 : 0);
      running.add(
          senders.submit(
              () -> {
                for (int i = 0; i < share; i++) {
                  long sentNs = System.nanoTime();
                  producer.send(new ProducerRecord<>(topic, 0, null, value)).get();
                  if (counts) {
                    latencies.add(System.nanoTime() - sentNs);
                  }
                }
                return null;
              }));
    }
    for (Future<?> each : running) {
      each.get();
    }
  }

  private double partitions(String topic, int count, byte[] value)
      throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        KafkaProducer<byte[], byte[]> producer = producer(Map.of("linger.ms", "5"))) {
      long startedNs = System.nanoTime();
      admin.createTopics(List.of(new NewTopic(topic, count, (short) 1))).all().get();
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int partition = 0; partition < count; partition++) {
        sent.add(producer.send(new ProducerRecord<>(topic, partition, null, value)));
      }
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
      return (System.nanoTime() - startedNs) / 1e9;
    }
  }

  /** Seconds until a record was acknowledged. */
  private double first(String topic) throws InterruptedException {
    long startedNs = System.nanoTime();
    Map<String, Object> settings =
        Map.of(
            "max.block.ms", "60000",
            "reconnect.backoff.ms", "20",
            "reconnect.backoff.max.ms", "50",
            "retry.backoff.ms", "20");
    ExecutionException last = null;
    while (System.nanoTime() - startedNs < START.toNanos()) {
      try (KafkaProducer<byte[], byte[]> producer = producer(settings)) {
        producer.send(new ProducerRecord<>(topic, 0, null, new byte[100])).get();
        return (System.nanoTime() - startedNs) / 1e9;
      } catch (ExecutionException e) {
        last = e;
      }
    }
    throw new IllegalStateException("no record was taken within " + START, last);
  }
}
