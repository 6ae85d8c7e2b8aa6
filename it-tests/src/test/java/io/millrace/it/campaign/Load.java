package io.millrace.it.campaign;

import static java.util.Objects.requireNonNull;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TransactionRolledBackException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Clients of both kinds: JMS and Kafka producers fill one queue, a JMS session moves its messages
 * to another in transactions, a JMS consumer acknowledges them there, and a Kafka group reads the
 * first beside all that. Two JMS consumers share a durable subscription to a topic, whose messages
 * have a history of their own. Each client is a thread.
 */
final class Load {
  static final String IN = "in";
  static final String OUT = "out";
  static final String TOPIC = "topic";

  /** Of the queue that is filled: a connection's first session has 1, the Kafka producer 0. */
  private static final int PARTITIONS = 2;

  private static final int KAFKAS_PARTITION = 0;

  private static final String SUBSCRIPTION = "shared";

  private static final String PADDING = " ".repeat(300);
  private static final int BATCH = 10;
  private static final int ACKNOWLEDGED_TOGETHER = 20;

  /** How far the consumers may be behind the producers. */
  private static final int MOST_OPEN = 3_000;

  /** On a slow machine the server is there for some tenths of a second in every seven seconds. */
  private static final int CLOSE_TIMEOUT_MS = 120_000;

  private static final int POLLS_OF_A_COMMIT = 5;

  private static final long RECEIVE_MS = 200;
  private static final Duration POLL = Duration.ofMillis(200);

  private final History history;
  private final History published;
  private final String uri;
  private final String bootstrap;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger joins = new AtomicInteger();
  private volatile boolean joinAnew;
  private volatile boolean sending = true;
  private volatile boolean receiving = true;

  private interface Client {
    void run() throws Exception;
  }

  private interface Jms {
    void run(Session session) throws Exception;
  }

  /**
   * @param history of the queues
   * @param published history of the topic
   */
  Load(History history, History published, int port) {
    this.history = history;
    this.published = published;
    this.uri = "millrace://127.0.0.1:" + port + "?closeTimeoutMs=" + CLOSE_TIMEOUT_MS;
    this.bootstrap = "127.0.0.1:" + port;
  }

  void start(long seed) throws Exception {
    createQueueIn();
    jms("one", false, Session.AUTO_ACKNOWLEDGE, this::sendOneByOne);
    jms("transacted", true, Session.SESSION_TRANSACTED, s -> sendInTransactions(s, seed));
    client("kafka", this::sendByKafka);
    jms("mover", true, Session.SESSION_TRANSACTED, this::move);
    jms("receiver", false, Session.CLIENT_ACKNOWLEDGE, this::receive);
    client("group", this::readInGroup);
    jms("publisher", false, Session.AUTO_ACKNOWLEDGE, this::publish);
    jms("sharer-1", false, Session.CLIENT_ACKNOWLEDGE, this::share);
    jms("sharer-2", false, Session.CLIENT_ACKNOWLEDGE, this::share);
  }

  /** A queue has one partition unless somebody says otherwise. */
  private void createQueueIn() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      NewTopic in = new NewTopic(IN, Optional.of(PARTITIONS), Optional.empty());
      admin.createTopics(List.of(in)).all().get();
    }
  }

  /** Ends the producers; consumers go on. */
  void stopSending() {
    sending = false;
  }

  /** Ends everything. */
  void stop() throws InterruptedException {
    sending = false;
    receiving = false;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void client(String name, Client client) {
    Thread thread =
        new Thread(
            () -> {
              try {
                client.run();
              } catch (Exception e) {
                history.violation("client " + name + " failed: " + e);
              }
            },
            name);
    threads.add(thread);
    thread.start();
  }

  /** Connects at once: a first connection is not tried again when the server is killed already. */
  private void jms(String name, boolean transacted, int mode, Jms client) throws JMSException {
    Connection connection = new MillraceConnectionFactory(uri).createConnection();
    client(
        name,
        () -> {
          try (connection) {
            connection.start();
            client.run(connection.createSession(transacted, mode));
          }
        });
  }

  /** Whether a producer goes on; waits while the consumers are far behind. */
  private boolean hasRoom() {
    return hasRoom(history);
  }

  private boolean hasRoom(History of) {
    while (sending && of.openCount() > MOST_OPEN) {
      LockSupport.parkNanos(1_000_000);
    }
    return sending;
  }

  private void sendOneByOne(Session session) throws JMSException {
    MessageProducer producer = session.createProducer(session.createQueue(IN));
    for (int number = 0; hasRoom(); number++) {
      String message = "one-" + number;
      history.sending(IN, message);
      producer.send(session.createTextMessage(message + PADDING));
      history.confirmed(List.of(message));
    }
  }

  private void sendInTransactions(Session session, long seed) throws JMSException {
    Random random = new Random(seed);
    MessageProducer producer = session.createProducer(session.createQueue(IN));
    for (int number = 0; hasRoom(); ) {
      List<String> batch = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        String message = "transacted-" + number++;
        batch.add(message);
        history.sendingInTransaction(IN, message);
        producer.send(session.createTextMessage(message + PADDING));
      }
      if (random.nextInt(4) == 0) {
        history.rolledBack(IN, batch);
        session.rollback();
        continue;
      }
      history.committing(IN, batch);
      try {
        session.commit();
        history.confirmed(batch);
      } catch (TransactionRolledBackException e) {
        history.rolledBack(IN, batch);
      }
    }
  }

  private void sendByKafka() throws Exception {
    Semaphore window = new Semaphore(100);
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrap,
                "acks",
                "all",
                "enable.idempotence",
                "true",
                "linger.ms",
                "2",
                "reconnect.backoff.max.ms",
                "200",
                "max.block.ms",
                "120000",
                "delivery.timeout.ms",
                "300000"),
            new StringSerializer(),
            new StringSerializer())) {
      for (int number = 0; hasRoom(); number++) {
        String message = "kafka-" + number;
        window.acquire();
        history.sending(IN, message);
        var unused =
            producer.send(
                new ProducerRecord<>(IN, KAFKAS_PARTITION, null, message + PADDING),
                (metadata, error) -> {
                  window.release();
                  if (error == null) {
                    history.confirmed(List.of(message));
                  } else {
                    history.violation("the Kafka producer failed: " + error);
                  }
                });
        if (number % 50 == 49) {
          producer.flush();
        }
      }
    }
  }

  private void move(Session session) throws JMSException {
    MessageConsumer from = session.createConsumer(session.createQueue(IN));
    MessageProducer to = session.createProducer(session.createQueue(OUT));
    List<String> moved = new ArrayList<>();
    while (receiving) {
      Message message = from.receive(RECEIVE_MS);
      if (message != null) {
        String text = textOf(message);
        String id = text.strip();
        history.taken(IN, id);
        history.inOrder("the mover", id, message.getJMSRedelivered());
        history.sendingInTransaction(OUT, id);
        moved.add(id);
        to.send(session.createTextMessage(text));
      }
      if (moved.size() == BATCH || (message == null && !moved.isEmpty())) {
        history.committing(OUT, moved);
        try {
          session.commit();
        } catch (TransactionRolledBackException e) {
          // All of it comes again.
          history.rolledBack(OUT, moved);
        }
        moved.clear();
      }
    }
  }

  /** What a Kafka producer sent is a message of bytes. */
  private static String textOf(Message message) throws JMSException {
    return message instanceof TextMessage text
        ? text.getText()
        : new String(message.getBody(byte[].class), StandardCharsets.UTF_8);
  }

  private void receive(Session session) throws JMSException {
    MessageConsumer consumer = session.createConsumer(session.createQueue(OUT));
    acknowledge(consumer, history, OUT, "the receiver");
  }

  private void publish(Session session) throws JMSException {
    Topic topic = session.createTopic(TOPIC);
    // So that the subscription gets the first message as well.
    session.createSharedDurableConsumer(topic, SUBSCRIPTION).close();
    MessageProducer producer = session.createProducer(topic);
    for (int number = 0; hasRoom(published); number++) {
      String message = "published-" + number;
      published.sending(TOPIC, message);
      producer.send(session.createTextMessage(message + PADDING));
      published.confirmed(List.of(message));
    }
  }

  /** What one consumer had not looked at when it lost its server, another may get: in any order. */
  private void share(Session session) throws JMSException {
    Topic topic = session.createTopic(TOPIC);
    acknowledge(session.createSharedDurableConsumer(topic, SUBSCRIPTION), published, TOPIC, null);
  }

  /**
   * Receives and acknowledges.
   *
   * @param only the consumer's name when it is the only one, and so gets its messages in order
   */
  private void acknowledge(MessageConsumer consumer, History of, String log, @Nullable String only)
      throws JMSException {
    List<String> open = new ArrayList<>();
    Message last = null;
    while (receiving) {
      Message message = consumer.receive(RECEIVE_MS);
      if (message != null) {
        String id = ((TextMessage) message).getText().strip();
        of.delivered(log, id, message.getJMSRedelivered());
        if (only != null) {
          of.inOrder(only, id, message.getJMSRedelivered());
        }
        open.add(id);
        last = message;
      }
      if (open.size() == ACKNOWLEDGED_TOGETHER || (message == null && !open.isEmpty())) {
        requireNonNull(last).acknowledge();
        of.acknowledged(open);
        open.clear();
      }
    }
  }

  /**
   * The server was started again. The membership outlives that, and so would the consumer's own
   * idea of where it is: it joins anew, and the server has to say where it goes on.
   */
  void restarted() {
    joinAnew = true;
  }

  private void readInGroup() {
    try (KafkaConsumer<String, String> consumer = consumer("campaign")) {
      consumer.subscribe(List.of(IN), new Assignments(consumer));
      int polls = 0;
      while (receiving) {
        ConsumerRecords<String, String> records = consumer.poll(POLL);
        for (ConsumerRecord<String, String> each : records) {
          history.groupRead(IN, each.partition(), each.offset(), each.value().strip());
        }
        if (records.isEmpty() || ++polls % POLLS_OF_A_COMMIT == 0) {
          consumer.assignment().forEach(partition -> commit(consumer, partition));
        }
        if (joinAnew) {
          joinAnew = false;
          consumer.enforceRebalance();
        }
      }
    }
  }

  private void commit(KafkaConsumer<String, String> consumer, TopicPartition partition) {
    long position = consumer.position(partition);
    if (position == history.committed(IN, partition.partition())) {
      return;
    }
    int commit = history.groupCommits(IN, partition.partition(), position);
    consumer.commitAsync(
        Map.of(partition, new OffsetAndMetadata(position)),
        (offsets, error) -> {
          if (error == null) {
            history.groupCommitted(IN, partition.partition(), commit);
          }
        });
  }

  /** Notes where the group goes on. */
  private final class Assignments implements ConsumerRebalanceListener {
    private final KafkaConsumer<String, String> consumer;

    Assignments(KafkaConsumer<String, String> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      // It goes back to its last commit, as after a crash.
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      for (TopicPartition partition : partitions) {
        history.groupBegins(IN, partition.partition(), consumer.position(partition));
        joins.incrementAndGet();
      }
    }
  }

  /** How often the group was told where it goes on. */
  int joins() {
    return joins.get();
  }

  /** Checks the queues and the topic from their beginnings to their ends. */
  void check() {
    List<String> in = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      List<ConsumerRecord<String, String>> records = readAll(IN, partition);
      in.addAll(messagesOf(records));
      history.checkGroup(IN, partition, records.stream().map(ConsumerRecord::offset).toList());
    }
    history.check(IN, in);
    history.check(OUT, messagesOf(readAll(OUT, 0)));
    published.check(TOPIC, messagesOf(readAll(TOPIC, 0)));
  }

  /** Whether the group has committed all that there is. */
  boolean isGroupAtEnd() {
    List<TopicPartition> partitions =
        IntStream.range(0, PARTITIONS).mapToObj(each -> new TopicPartition(IN, each)).toList();
    try (KafkaConsumer<String, String> consumer = consumer("checker-" + IN)) {
      return consumer.endOffsets(partitions).entrySet().stream()
          .allMatch(end -> history.committed(IN, end.getKey().partition()) == end.getValue());
    }
  }

  private static List<String> messagesOf(List<ConsumerRecord<String, String>> records) {
    return records.stream().map(each -> each.value().strip()).toList();
  }

  /** All that a partition holds, from its beginning. */
  private List<ConsumerRecord<String, String>> readAll(String log, int index) {
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    TopicPartition partition = new TopicPartition(log, index);
    try (KafkaConsumer<String, String> consumer = consumer("checker-" + log)) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = requireNonNull(consumer.endOffsets(List.of(partition)).get(partition));
      while (consumer.position(partition) < end) {
        consumer.poll(POLL).forEach(records::add);
      }
    }
    return records;
  }

  private KafkaConsumer<String, String> consumer(String group) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            bootstrap,
            "group.id",
            group,
            "auto.offset.reset",
            "earliest",
            "enable.auto.commit",
            "false",
            "reconnect.backoff.max.ms",
            "200",
            "default.api.timeout.ms",
            "120000"),
        new StringDeserializer(),
        new StringDeserializer());
  }
}
