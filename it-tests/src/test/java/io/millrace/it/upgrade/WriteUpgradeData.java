package io.millrace.it.upgrade;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.Topic;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Fills a server of some version with what {@link UpgradeTest} looks for. Uses public interfaces
 * only, so that it runs with the client libraries of that version. How to make a new archive with
 * it is told in it-tests/README.md.
 */
public final class WriteUpgradeData {
  /** Kafka transactions: one committed, one aborted, one left open. */
  static final String TRANSACTIONS = "transactions";

  /** A compacted topic. */
  static final String COMPACTION = "compaction";

  /** A user with a password. */
  static final String USERS = "users";

  static final String EVENTS = "events";
  static final int EVENT_COUNT = 300;
  static final int EVENTS_COMMITTED = 100;
  static final String READERS = "readers";
  static final String ORDERS = "orders";
  static final int ORDER_COUNT = 100;
  static final int ORDERS_TAKEN = 50;
  static final int ORDERS_ROLLED_BACK = 5;
  static final String NEWS = "news";
  static final String CLIENT_ID = "desk";
  static final String SUBSCRIPTION = "audit";
  static final int NEWS_COUNT = 20;
  static final int NEWS_TAKEN = 7;
  static final String LEDGER = "ledger";
  static final int LEDGER_RECORDS = 10;
  static final String PRICES = "prices";
  static final String USER = "alice";
  static final String PASSWORD = "wonderland";

  private static final long WAIT_MS = 20_000;

  private final int port;

  private WriteUpgradeData(int port) {
    this.port = port;
  }

  /**
   * Writes everything, and returns with the open transaction still open.
   *
   * @param arguments the server's port on loopback, then which parts its version has
   */
  public static void main(String[] arguments) throws Exception {
    WriteUpgradeData data = new WriteUpgradeData(Integer.parseInt(arguments[0]));
    Set<String> parts = Set.copyOf(List.of(arguments).subList(1, arguments.length));
    data.events();
    data.orders();
    data.news();
    if (parts.contains(TRANSACTIONS)) {
      data.ledger();
    }
    if (parts.contains(COMPACTION)) {
      data.prices();
    }
    if (parts.contains(USERS)) {
      data.users();
    }
    System.out.println("written");
    // Without closing producers: what is open stays so.
    Runtime.getRuntime().halt(0);
  }

  private Map<String, Object> kafka(Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put("bootstrap.servers", "127.0.0.1:" + port);
    return config;
  }

  private KafkaProducer<String, String> producer(Map<String, Object> more) {
    return new KafkaProducer<>(kafka(more), new StringSerializer(), new StringSerializer());
  }

  private void create(NewTopic topic) throws Exception {
    try (Admin admin = Admin.create(kafka(Map.of()))) {
      admin.createTopics(List.of(topic)).all().get();
    }
  }

  private void events() throws Exception {
    create(new NewTopic(EVENTS, 2, (short) 1).configs(Map.of("retention.ms", "-1")));
    for (String codec : List.of("none", "gzip", "zstd")) {
      try (KafkaProducer<String, String> producer =
          producer(Map.of(ProducerConfig.COMPRESSION_TYPE_CONFIG, codec))) {
        for (int i = 0; i < EVENT_COUNT / 3; i++) {
          ProducerRecord<String, String> record =
              new ProducerRecord<>(EVENTS, i % 2, "key " + i, codec + " " + i);
          record.headers().add("colour", "blue".getBytes(StandardCharsets.UTF_8));
          var unused = producer.send(record).get();
        }
      }
    }
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            kafka(Map.of(ConsumerConfig.GROUP_ID_CONFIG, READERS)),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(List.of(new TopicPartition(EVENTS, 0)));
      consumer.commitSync(
          Map.of(new TopicPartition(EVENTS, 0), new OffsetAndMetadata(EVENTS_COMMITTED, "so far")));
    }
  }

  private MillraceConnectionFactory jms() throws Exception {
    return new MillraceConnectionFactory("millrace://127.0.0.1:" + port);
  }

  private void orders() throws Exception {
    try (JMSContext context = jms().createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
      Queue queue = context.createQueue(ORDERS);
      JMSProducer producer = context.createProducer();
      for (int i = 0; i < ORDER_COUNT; i++) {
        producer.setProperty("number", i).send(queue, "order " + i);
      }
      JMSConsumer consumer = context.createConsumer(queue);
      for (int i = 0; i < ORDERS_TAKEN; i++) {
        take(consumer, i);
      }
      context.acknowledge();
    }
    try (JMSContext context = jms().createContext(JMSContext.SESSION_TRANSACTED)) {
      JMSConsumer consumer = context.createConsumer(context.createQueue(ORDERS));
      for (int i = 0; i < ORDERS_ROLLED_BACK; i++) {
        take(consumer, ORDERS_TAKEN + i);
      }
      context.rollback();
    }
  }

  private static void take(JMSConsumer consumer, int number) throws Exception {
    Message message = consumer.receive(WAIT_MS);
    if (message == null || message.getIntProperty("number") != number) {
      throw new IllegalStateException("instead of order " + number + " came " + message);
    }
  }

  private void news() throws Exception {
    try (JMSContext context = jms().createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
      context.setClientID(CLIENT_ID);
      Topic topic = context.createTopic(NEWS);
      JMSConsumer consumer = context.createDurableConsumer(topic, SUBSCRIPTION);
      for (int i = 0; i < NEWS_COUNT; i++) {
        context.createProducer().setProperty("number", i).send(topic, "news " + i);
      }
      for (int i = 0; i < NEWS_TAKEN; i++) {
        take(consumer, i);
      }
      context.acknowledge();
    }
  }

  private void ledger() throws Exception {
    create(new NewTopic(LEDGER, 1, (short) 1));
    for (String end : List.of("committed", "aborted", "open")) {
      KafkaProducer<String, String> producer =
          producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "ledger-" + end));
      producer.initTransactions();
      producer.beginTransaction();
      for (int i = 0; i < LEDGER_RECORDS; i++) {
        var unused = producer.send(new ProducerRecord<>(LEDGER, end + " " + i)).get();
      }
      if (end.equals("committed")) {
        producer.commitTransaction();
      } else if (end.equals("aborted")) {
        producer.abortTransaction();
      }
    }
  }

  private void prices() throws Exception {
    create(new NewTopic(PRICES, 1, (short) 1).configs(Map.of("cleanup.policy", "compact")));
    try (KafkaProducer<String, String> producer = producer(Map.of())) {
      for (int i = 0; i < 50; i++) {
        var unused =
            producer.send(new ProducerRecord<>(PRICES, "key " + i % 5, "price " + i)).get();
      }
    }
  }

  private void users() throws Exception {
    try (Admin admin = Admin.create(kafka(Map.of()))) {
      admin
          .alterUserScramCredentials(
              List.of(
                  new UserScramCredentialUpsertion(
                      USER, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096), PASSWORD)))
          .all()
          .get();
    }
  }
}
