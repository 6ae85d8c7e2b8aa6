package io.millrace.server.door.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.kernel.Clock;
import io.millrace.log.LogId;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.partition.PartitionView;
import io.millrace.server.testing.TransactionWriter;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What JMS clients see of the transactions of Kafka producers. */
@Timeout(60)
class KafkaTransactionsTest {
  private static final long WAIT_MS = 20_000;
  private static final long SHORT_MS = 300;

  @TempDir private Path directory;
  private RunningJms server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningJms(directory);
    create(TopicSpec.queue("q"));
    create(TopicSpec.topic("t", 1));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void aQueueGivesOnlyWhatWasCommittedAndWaitsForIt() throws Exception {
    TransactionWriter first = writer("q", 1);
    TransactionWriter second = writer("q", 2);
    try (JMSContext context = server.factory().createContext()) {
      Queue queue = context.createQueue("q");
      JMSConsumer consumer = context.createConsumer(queue);
      JMSProducer producer = context.createProducer();
      second.send("bad");
      first.send("a");
      producer.send(queue, "b");
      assertThat(consumer.receive(SHORT_MS)).isNull();
      assertThat(consumer.receiveNoWait()).isNull();

      second.abort();
      first.send("c");
      first.commit();

      assertThat(text(consumer)).isEqualTo("a");
      assertThat(text(consumer)).isEqualTo("b");
      assertThat(text(consumer)).isEqualTo("c");
      assertThat(consumer.receiveNoWait()).isNull();
    }
  }

  @Test
  void aSubscriberGetsATransactionThatIsCommittedAfterItHasCome() throws Exception {
    TransactionWriter producer = writer("t", 1);
    producer.send("a");
    durable("t", 1);
    try (JMSContext context = server.factory().createContext()) {
      Topic topic = context.createTopic("t");
      List<String> heard = Collections.synchronizedList(new ArrayList<>());
      JMSConsumer listener = context.createConsumer(topic);
      listener.setMessageListener(message -> heard.add(text(message)));
      producer.send("b");
      producer.commit();
      producer.send("bad");
      producer.abort();
      context.createProducer().send(topic, "c");

      Awaitility.await().until(() -> heard.size() >= 3);
      assertThat(heard).containsExactly("a", "b", "c");
    }
  }

  @Test
  void aBrowserSeesOnlyWhatWasCommitted() throws Exception {
    TransactionWriter producer = writer("q", 1);
    producer.send("bad");
    producer.abort();
    producer.send("good");
    producer.commit();
    producer.send("undecided");
    durable("q", 5);
    try (JMSContext context = server.factory().createContext();
        QueueBrowser browser = context.createBrowser(context.createQueue("q"))) {
      Enumeration<?> seen = browser.getEnumeration();
      assertThat(text((Message) seen.nextElement())).isEqualTo("good");
      assertThat(seen.hasMoreElements()).isFalse();
    }
  }

  @Test
  void aRestartForgetsNeitherWhatWasAbortedNorWhatIsOpen() throws Exception {
    TransactionWriter producer = writer("q", 1);
    producer.send("bad");
    producer.abort();
    producer.send("good");
    producer.commit();
    producer.send("undecided");
    durable("q", 5);
    server.close();
    server = new RunningJms(directory);
    try (JMSContext context = server.factory().createContext()) {
      JMSConsumer consumer = context.createConsumer(context.createQueue("q"));
      assertThat(text(consumer)).isEqualTo("good");
      assertThat(consumer.receive(SHORT_MS)).isNull();

      writer("q", 1).commit();

      assertThat(text(consumer)).isEqualTo("undecided");
    }
  }

  private void create(TopicSpec spec) throws Exception {
    server.<io.millrace.server.catalog.Topic>ask(reply -> server.broker().createTopic(spec, reply));
  }

  private TransactionWriter writer(String topic, long producerId) throws Exception {
    return new TransactionWriter(view(topic), producerId, Clock.SYSTEM);
  }

  private PartitionView view(String topic) throws Exception {
    LogId id = server.broker().catalog().get(topic).partition(0);
    return server.ask(reply -> server.broker().openPartition(id, reply));
  }

  private void durable(String topic, long end) throws Exception {
    PartitionView view = view(topic);
    Awaitility.await().until(() -> view.highWatermark() >= end);
  }

  private static String text(JMSConsumer consumer) {
    Message message = consumer.receive(WAIT_MS);
    assertThat(message).isNotNull();
    return text(message);
  }

  /** Of a message that a JMS client sent, or a Kafka client. */
  private static String text(Message message) {
    try {
      return message instanceof TextMessage text
          ? text.getText()
          : new String(message.getBody(byte[].class), StandardCharsets.UTF_8);
    } catch (JMSException e) {
      throw new IllegalStateException(e);
    }
  }
}
