package io.millrace.server.door.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.server.catalog.TopicKind;
import io.millrace.server.catalog.TopicSpec;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JmsClientTest {
  private static final long WAIT_MS = 5_000;

  @TempDir private Path directory;
  private RunningJms server;
  private MillraceConnectionFactory factory;

  @BeforeEach
  void start() throws Exception {
    server = new RunningJms(directory);
    factory = server.factory();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void messagesArriveInOrder() throws Exception {
    try (JMSContext context = factory.createContext()) {
      Queue queue = context.createQueue("q");
      for (int i = 0; i < 100; i++) {
        context.createProducer().send(queue, "m" + i);
      }
      JMSConsumer consumer = context.createConsumer(queue);
      for (int i = 0; i < 100; i++) {
        assertThat(consumer.receiveBody(String.class, WAIT_MS)).isEqualTo("m" + i);
      }
      assertThat(consumer.receiveNoWait()).isNull();
    }
  }

  @Test
  void whatWasAcknowledgedIsGone() throws Exception {
    try (JMSContext context = factory.createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
      Queue queue = context.createQueue("q");
      context.createProducer().send(queue, "a").send(queue, "b").send(queue, "c");
      JMSConsumer consumer = context.createConsumer(queue);
      consumer.receive(WAIT_MS);
      consumer.receive(WAIT_MS);
      context.acknowledge();
    }
    try (JMSContext context = factory.createContext()) {
      JMSConsumer consumer = context.createConsumer(context.createQueue("q"));
      assertThat(consumer.receiveBody(String.class, WAIT_MS)).isEqualTo("c");
      assertThat(consumer.receiveNoWait()).isNull();
    }
  }

  @Test
  void recoverDeliversAgainAndSaysSo() throws Exception {
    try (JMSContext context = factory.createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
      Queue queue = context.createQueue("q");
      context.createProducer().send(queue, "a");
      JMSConsumer consumer = context.createConsumer(queue);
      assertThat(consumer.receive(WAIT_MS).getJMSRedelivered()).isFalse();
      context.recover();
      Message again = consumer.receive(WAIT_MS);
      assertThat(again.getJMSRedelivered()).isTrue();
      assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
      context.acknowledge();
    }
  }

  @Test
  void aCommitSendsAndConsumesAllOfIt() throws Exception {
    try (Connection connection = factory.createConnection()) {
      connection.start();
      Session session = connection.createSession(Session.SESSION_TRANSACTED);
      Queue in = session.createQueue("in");
      Queue out = session.createQueue("out");
      session.createProducer(in).send(session.createTextMessage("x"));
      session.commit();
      MessageConsumer consumer = session.createConsumer(in);
      TextMessage x = (TextMessage) consumer.receive(WAIT_MS);
      session.createProducer(out).send(session.createTextMessage(x.getText() + "y"));
      session.commit();

      MessageConsumer check = session.createConsumer(out);
      assertThat(((TextMessage) check.receive(WAIT_MS)).getText()).isEqualTo("xy");
      session.commit();
      assertThat(consumer.receiveNoWait()).isNull();
      assertThat(check.receiveNoWait()).isNull();
    }
    assertThat(server.cursors()).allSatisfy(stats -> assertThat(stats.inFlight()).isZero());
  }

  @Test
  void aRollbackTakesBackAllOfIt() throws Exception {
    try (Connection connection = factory.createConnection()) {
      connection.start();
      Session session = connection.createSession(Session.SESSION_TRANSACTED);
      Queue in = session.createQueue("in");
      Queue out = session.createQueue("out");
      session.createProducer(in).send(session.createTextMessage("x"));
      session.commit();
      MessageConsumer consumer = session.createConsumer(in);
      consumer.receive(WAIT_MS);
      session.createProducer(out).send(session.createTextMessage("never"));
      session.rollback();

      Message again = consumer.receive(WAIT_MS);
      assertThat(again.getJMSRedelivered()).isTrue();
      session.commit();
      assertThat(session.createConsumer(out).receiveNoWait()).isNull();
    }
  }

  @Test
  void aListenerGetsWhatComes() throws Exception {
    List<String> got = Collections.synchronizedList(new ArrayList<>());
    try (JMSContext context = factory.createContext();
        JMSContext sender = factory.createContext()) {
      Queue queue = context.createQueue("q");
      context
          .createConsumer(queue)
          .setMessageListener(
              message -> {
                try {
                  got.add(message.getBody(String.class));
                } catch (jakarta.jms.JMSException e) {
                  throw new IllegalStateException(e);
                }
              });
      for (int i = 0; i < 50; i++) {
        sender.createProducer().send(queue, "m" + i);
      }
      org.awaitility.Awaitility.await().until(() -> got.size() == 50);
      assertThat(got.get(49)).isEqualTo("m49");
    }
  }

  @Test
  void aTopicGoesToAllWhoAreThere() throws Exception {
    try (JMSContext context = factory.createContext()) {
      Topic topic = context.createTopic("t");
      context.createProducer().send(topic, "before");
      JMSConsumer one = context.createConsumer(topic);
      JMSConsumer two = context.createConsumer(topic);
      context.createProducer().send(topic, "news");

      assertThat(one.receiveBody(String.class, WAIT_MS)).isEqualTo("news");
      assertThat(two.receiveBody(String.class, WAIT_MS)).isEqualTo("news");
      assertThat(one.receiveNoWait()).isNull();
    }
  }

  @Test
  void sessionsOneAfterTheOtherSendToTheSameQueue() throws Exception {
    try (JMSContext context = factory.createContext()) {
      Queue queue = context.createQueue("q");
      for (int i = 0; i < 20; i++) {
        try (JMSContext session = context.createContext(JMSContext.AUTO_ACKNOWLEDGE)) {
          session.createProducer().send(queue, "a" + i).send(queue, "b" + i);
        }
      }

      JMSConsumer consumer = context.createConsumer(queue);
      for (int i = 0; i < 20; i++) {
        assertThat(consumer.receiveBody(String.class, WAIT_MS)).isEqualTo("a" + i);
        assertThat(consumer.receiveBody(String.class, WAIT_MS)).isEqualTo("b" + i);
      }
      assertThat(consumer.receiveNoWait()).isNull();
    }
  }

  @Test
  void noLocalLeavesOutOnesOwnMessages() throws Exception {
    try (JMSContext context = factory.createContext();
        JMSContext other = factory.createContext()) {
      Topic topic = context.createTopic("t");
      JMSConsumer consumer = context.createConsumer(topic, null, true);
      context.createProducer().send(topic, "own");
      other.createProducer().send(topic, "foreign");

      assertThat(consumer.receiveBody(String.class, WAIT_MS)).isEqualTo("foreign");
      assertThat(consumer.receiveNoWait()).isNull();
    }
  }

  @Test
  void aDurableSubscriptionKeepsWhatComesWhileNobodyIsThere() throws Exception {
    try (JMSContext context = factory.createContext()) {
      context.setClientID("c");
      Topic topic = context.createTopic("t");
      context.createDurableConsumer(topic, "s").close();
      context.createProducer().send(topic, "kept");
      JMSConsumer again = context.createDurableConsumer(topic, "s");
      assertThat(again.receiveBody(String.class, WAIT_MS)).isEqualTo("kept");
      again.close();
      context.unsubscribe("s");
      assertThatThrownBy(() -> context.unsubscribe("s"))
          .isInstanceOf(jakarta.jms.JMSRuntimeException.class);
    }
  }

  @Test
  void aSharedSubscriptionIsSharedAndLeavesNothing() throws Exception {
    try (JMSContext context = factory.createContext()) {
      Topic topic = context.createTopic("t");
      JMSConsumer one = context.createSharedConsumer(topic, "s");
      JMSConsumer two = context.createSharedConsumer(topic, "s");
      for (int i = 0; i < 20; i++) {
        context.createProducer().send(topic, "m" + i);
      }
      int received = 0;
      while (one.receiveNoWait() != null || two.receiveNoWait() != null) {
        received++;
      }
      assertThat(received).isEqualTo(20);
      one.close();
      two.close();
    }
    org.awaitility.Awaitility.await().until(() -> server.cursors().isEmpty());
  }

  @Test
  void requestAndReplyOverATemporaryQueue() throws Exception {
    try (JMSContext client = factory.createContext();
        JMSContext service = factory.createContext()) {
      Queue requests = client.createQueue("requests");
      service
          .createConsumer(requests)
          .setMessageListener(
              message -> {
                try {
                  service
                      .createProducer()
                      .send(message.getJMSReplyTo(), "re: " + message.getBody(String.class));
                } catch (jakarta.jms.JMSException e) {
                  throw new IllegalStateException(e);
                }
              });
      Queue replies = client.createTemporaryQueue();
      client.createProducer().setJMSReplyTo(replies).send(requests, "hello");

      assertThat(client.createConsumer(replies).receiveBody(String.class, WAIT_MS))
          .isEqualTo("re: hello");
    }
    org.awaitility.Awaitility.await()
        .until(
            () ->
                server.broker().catalog().topics().stream()
                    .noneMatch(topic -> topic.kind().isTemporary()));
  }

  @Test
  void aBrowserSeesAllAndTakesNothing() throws Exception {
    try (Connection connection = factory.createConnection()) {
      connection.start();
      Session session = connection.createSession();
      Queue queue = session.createQueue("q");
      MessageProducer producer = session.createProducer(queue);
      producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
      for (int i = 0; i < 9; i++) {
        producer.send(session.createTextMessage("m" + i));
      }
      // This send returns when it is stored, and with it all before it.
      producer.setDeliveryMode(DeliveryMode.PERSISTENT);
      producer.send(session.createTextMessage("m9"));
      session.createConsumer(queue).receive(WAIT_MS);
      QueueBrowser browser = session.createBrowser(queue);
      assertThat(count(browser)).isEqualTo(9);
      assertThat(count(browser)).isEqualTo(9);
    }
  }

  @Test
  void aClientIdBelongsToOneConnection() throws Exception {
    try (Connection one = factory.createConnection();
        Connection two = factory.createConnection()) {
      one.setClientID("c");
      assertThatThrownBy(() -> two.setClientID("c")).isInstanceOf(InvalidClientIDException.class);
    }
  }

  @Test
  void selectorsAreRefusedUntilTheyAreEvaluated() throws Exception {
    try (Connection connection = factory.createConnection()) {
      Session session = connection.createSession();
      assertThatThrownBy(() -> session.createConsumer(session.createQueue("q"), "a = 1"))
          .isInstanceOf(InvalidSelectorException.class);
    }
  }

  @Test
  void whatASessionHadIsDeliveredAgainWhenItCloses() throws Exception {
    try (Connection connection = factory.createConnection()) {
      connection.start();
      Session first = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
      Queue queue = first.createQueue("q");
      first.createProducer(queue).send(first.createTextMessage("a"));
      first.createProducer(queue).send(first.createTextMessage("b"));
      assertThat(((TextMessage) first.createConsumer(queue).receive(WAIT_MS)).getText())
          .isEqualTo("a");
      first.close();
      Session second = connection.createSession();
      MessageConsumer consumer = second.createConsumer(queue);
      Message a = consumer.receive(WAIT_MS);
      Message b = consumer.receive(WAIT_MS);
      assertThat(a.getJMSRedelivered()).isTrue();
      assertThat(b.getJMSRedelivered()).isFalse();
    }
  }

  @Test
  void messagesSurviveARestartOfTheServer() throws Exception {
    try (JMSContext context = factory.createContext()) {
      Queue queue = context.createQueue("q");
      context.createProducer().send(queue, "a").send(queue, "b");
      assertThat(context.createConsumer(queue).receiveBody(String.class, WAIT_MS)).isEqualTo("a");
    }
    server.close();
    server = new RunningJms(directory);
    try (JMSContext context = server.factory().createContext()) {
      JMSConsumer consumer = context.createConsumer(context.createQueue("q"));
      assertThat(consumer.receiveBody(String.class, WAIT_MS)).isEqualTo("b");
      assertThat(consumer.receiveNoWait()).isNull();
    }
  }

  @Test
  void temporaryDestinationsOfClientsThatAreGoneAreDeletedAfterARestart() throws Exception {
    server.<io.millrace.server.catalog.Topic>ask(
        reply ->
            server
                .broker()
                .createTopic(
                    TopicSpec.temporary(
                        "millrace.temp.x", TopicKind.TEMPORARY_QUEUE, new UUID(1, 2).toString()),
                    reply));
    server.close();
    JmsDoorConfig quick = new JmsDoorConfig(1, 200, 2_000, 1 << 20, 1 << 20, 10, 10);
    server = new RunningJms(directory, quick);
    try (JMSContext context = server.factory().createContext()) {
      JMSConsumer own = context.createConsumer(context.createTemporaryQueue());
      org.awaitility.Awaitility.await()
          .until(() -> server.broker().catalog().find("millrace.temp.x") == null);
      assertThat(own.receiveNoWait()).isNull();
    }
  }

  private static int count(QueueBrowser browser) throws Exception {
    int count = 0;
    for (java.util.Enumeration<?> all = browser.getEnumeration(); all.hasMoreElements(); count++) {
      assertThat(all.nextElement()).isInstanceOf(TextMessage.class);
    }
    return count;
  }
}
