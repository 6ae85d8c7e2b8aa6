package io.millrace.it.campaign;

import io.millrace.it.campaign.TransactionHistory.Read;
import io.millrace.it.campaign.TransactionHistory.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Transactional clients: writers fill the partitions of a topic in transactions, some of which they
 * abort or leave open; copiers of one group, which come and go, carry what is committed to another
 * topic with exactly-once semantics; readers look at both. Each client is a thread.
 */
final class TransactionLoad {
  private static final String WRITTEN = "written";
  private static final String COPIED = "copied";
  private static final int PARTITIONS = 3;
  private static final int WRITERS = 3;
  private static final int COPIERS = 2;
  private static final int MOST_RECORDS = 6;
  private static final String GROUP = "copiers";

  /** One transaction in so many is aborted. */
  private static final int ABORTED = 5;

  /** One transaction in so many is left open by a producer that is no more. */
  private static final int ABANDONED = 40;

  /** One transaction in so many is the last of a copier, which leaves its group. */
  private static final int LEFT = 60;

  /** A reader begins anew after so many polls. */
  private static final int READ_ANEW = 150;

  private final TransactionHistory written;
  private final TransactionHistory copied;
  private final TransactionClients clients;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean writing = true;
  private volatile boolean running = true;

  private interface Client {
    void run(Random random) throws Exception;
  }

  /**
   * @param written history of what is written
   * @param copied history of what is copied from there
   */
  TransactionLoad(TransactionHistory written, TransactionHistory copied, int port) {
    this.written = written;
    this.copied = copied;
    this.clients = new TransactionClients(port);
  }

  void start(long seed) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", clients.bootstrap()))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(WRITTEN, PARTITIONS, (short) 1),
                  new NewTopic(COPIED, PARTITIONS, (short) 1)))
          .all()
          .get();
    }
    for (int i = 0; i < WRITERS; i++) {
      String name = "writer" + i;
      client(name, seed + i, random -> write(name, random));
    }
    for (int i = 0; i < COPIERS; i++) {
      String name = "copier" + i;
      client(name, seed + 100 + i, random -> copy(name, random));
    }
    client("reader", seed, random -> read("the reader", true));
    client("onlooker", seed, random -> read("the onlooker", false));
  }

  private void client(String name, long seed, Client client) {
    Thread thread =
        new Thread(
            () -> {
              try {
                client.run(new Random(seed));
              } catch (Exception e) {
                written.violation("client " + name + " failed: " + e);
              }
            },
            name);
    threads.add(thread);
    thread.start();
  }

  /** Ends the writers; copiers and readers go on. */
  void stopWriting() {
    writing = false;
  }

  /** Ends everything. */
  void stop() throws InterruptedException {
    writing = false;
    running = false;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  // ---- writers

  private void write(String name, Random random) {
    int number = 0;
    boolean leftOpen = false;
    while (writing || leftOpen) {
      try (KafkaProducer<String, String> producer = clients.producer(name)) {
        begin(producer);
        leftOpen = false;
        while (writing && !leftOpen) {
          leftOpen = !writeTransaction(producer, name, number++, random);
        }
      }
    }
  }

  private static void begin(KafkaProducer<String, String> producer) {
    while (true) {
      try {
        producer.initTransactions();
        return;
      } catch (TimeoutException e) {
        // To be called again, as often as it takes.
      }
    }
  }

  /** Returns whether the producer can go on. */
  private boolean writeTransaction(
      KafkaProducer<String, String> producer, String name, int number, Random random) {
    Transaction transaction = written.begin(name + ":" + number);
    boolean committing = false;
    try {
      producer.beginTransaction();
      int records = 1 + random.nextInt(MOST_RECORDS);
      for (int i = 0; i < records; i++) {
        int partition = random.nextInt(PARTITIONS);
        String value = name + ":" + number + ":" + i;
        written.sending(transaction, WRITTEN + "-" + partition, value);
        var unused = producer.send(new ProducerRecord<>(WRITTEN, partition, null, value));
      }
      if (random.nextInt(ABANDONED) == 0) {
        producer.flush();
        written.aborting(transaction);
        producer.close(Duration.ZERO);
        return false;
      }
      if (random.nextInt(ABORTED) == 0) {
        written.aborting(transaction);
        abort(producer);
        return true;
      }
      written.committing(transaction);
      committing = true;
      commit(producer);
      written.committed(transaction);
      return true;
    } catch (KafkaException e) {
      written.violation(name + " failed in transaction " + number + ": " + e);
      if (!committing) {
        written.aborting(transaction);
      }
      return false;
    }
  }

  private static void commit(KafkaProducer<String, String> producer) {
    while (true) {
      try {
        producer.commitTransaction();
        return;
      } catch (TimeoutException e) {
        // To be called again, as often as it takes.
      }
    }
  }

  private static void abort(KafkaProducer<String, String> producer) {
    while (true) {
      try {
        producer.abortTransaction();
        return;
      } catch (TimeoutException e) {
        // To be called again, as often as it takes.
      }
    }
  }

  // ---- copiers

  private void copy(String name, Random random) {
    int number = 0;
    while (running) {
      try (KafkaProducer<String, String> producer = clients.producer(name);
          KafkaConsumer<String, String> consumer = clients.consumer(true, GROUP)) {
        begin(producer);
        consumer.subscribe(List.of(WRITTEN));
        boolean usable = true;
        while (running && usable) {
          ConsumerRecords<String, String> records = consumer.poll(TransactionClients.POLL);
          if (!records.isEmpty()) {
            usable = copyTransaction(producer, consumer, records, name + ":" + number++, random);
          }
        }
      }
    }
  }

  /** Returns whether the copier goes on in its group. */
  private boolean copyTransaction(
      KafkaProducer<String, String> producer,
      KafkaConsumer<String, String> consumer,
      ConsumerRecords<String, String> records,
      String name,
      Random random) {
    Transaction transaction = copied.begin(name);
    boolean committing = false;
    try {
      producer.beginTransaction();
      Map<TopicPartition, OffsetAndMetadata> passed = new HashMap<>();
      for (ConsumerRecord<String, String> record : records) {
        copied.sending(transaction, COPIED + "-" + record.partition(), record.value());
        var unused =
            producer.send(new ProducerRecord<>(COPIED, record.partition(), null, record.value()));
        passed.put(
            new TopicPartition(WRITTEN, record.partition()),
            new OffsetAndMetadata(record.offset() + 1));
      }
      producer.sendOffsetsToTransaction(passed, consumer.groupMetadata());
      if (random.nextInt(ABORTED) == 0) {
        copied.aborting(transaction);
        abort(producer);
        goBack(consumer);
      } else {
        copied.committing(transaction);
        committing = true;
        commit(producer);
        copied.committed(transaction);
      }
      return random.nextInt(LEFT) != 0;
    } catch (CommitFailedException e) {
      // Others have these partitions by now.
      copied.aborting(transaction);
      abort(producer);
      goBack(consumer);
      return true;
    } catch (KafkaException e) {
      copied.violation(name + " failed: " + e);
      if (!committing) {
        copied.aborting(transaction);
      }
      return false;
    }
  }

  /** To where the group is known to be. */
  private static void goBack(KafkaConsumer<String, String> consumer) {
    Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(consumer.assignment());
    for (TopicPartition partition : consumer.assignment()) {
      OffsetAndMetadata at = committed.get(partition);
      if (at == null) {
        consumer.seekToBeginning(List.of(partition));
      } else {
        consumer.seek(partition, at);
      }
    }
  }

  // ---- readers

  private void read(String name, boolean committedOnly) {
    try (KafkaConsumer<String, String> consumer = clients.consumer(committedOnly, "")) {
      List<TopicPartition> partitions = all();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      for (int polls = 1; running; polls++) {
        for (ConsumerRecord<String, String> record : consumer.poll(TransactionClients.POLL)) {
          TransactionHistory history = record.topic().equals(WRITTEN) ? written : copied;
          String partition = record.topic() + "-" + record.partition();
          Read read = new Read(record.offset(), record.value());
          if (committedOnly) {
            history.readCommitted(name, partition, read);
          } else {
            history.readAny(name, partition, read);
          }
        }
        if (polls % READ_ANEW == 0) {
          written.startsOver(name);
          copied.startsOver(name);
          consumer.seekToBeginning(partitions);
        }
      }
    }
  }

  private static List<TopicPartition> all() {
    List<TopicPartition> all = new ArrayList<>(partitions(WRITTEN));
    all.addAll(partitions(COPIED));
    return all;
  }

  private static List<TopicPartition> partitions(String topic) {
    return IntStream.range(0, PARTITIONS).mapToObj(p -> new TopicPartition(topic, p)).toList();
  }

  // ---- the end

  /** Whether the copiers have committed all that the writers have. */
  boolean isCopied() {
    return values(COPIED).equals(values(WRITTEN));
  }

  /** The committed values of each partition, in their order. */
  private List<List<String>> values(String topic) {
    Map<String, List<Read>> committed = clients.committed(partitions(topic));
    return IntStream.range(0, PARTITIONS)
        .mapToObj(p -> committed.getOrDefault(topic + "-" + p, List.of()))
        .map(reads -> reads.stream().map(Read::value).toList())
        .toList();
  }

  /** Checks both topics from their beginnings to their ends. The writers must have stopped. */
  void check() {
    written.check(clients.committed(partitions(WRITTEN)));
    copied.check(clients.committed(partitions(COPIED)));
    if (!isCopied()) {
      copied.violation("what is copied is not what was written, in its order");
    }
  }

  /** Whether no transaction holds back a reader of what is committed. */
  boolean isNothingOpen() {
    return clients.ends(true, all()).equals(clients.ends(false, all()));
  }
}
