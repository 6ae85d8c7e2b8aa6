package io.millrace.jms.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.testserver.TestServer;
import io.millrace.jms.wire.Send;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SendReceiveTest {
  private static final long LONG_MS = 10_000;

  private TestServer server;
  private Connection connection;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer();
    connection = new MillraceConnectionFactory(server.uri()).createConnection();
    connection.start();
  }

  @AfterEach
  void stop() throws JMSException, IOException {
    connection.close();
    server.close();
    assertThat(server.failures()).isEmpty();
  }

  @Test
  void receivesInOrderWhatWasSent() throws JMSException {
    Session session = connection.createSession();
    Queue queue = session.createQueue("orders");
    MessageProducer producer = session.createProducer(queue);
    for (int i = 0; i < 300; i++) {
      producer.send(session.createTextMessage("order " + i));
    }

    MessageConsumer consumer = session.createConsumer(queue);

    for (int i = 0; i < 300; i++) {
      assertThat(text(consumer.receive(LONG_MS))).isEqualTo("order " + i);
    }
    assertThat(consumer.receiveNoWait()).isNull();
    consumer.close();
    assertThat(server.broker().queue("orders").settled()).isEqualTo(300);
  }

  @Test
  void bringsHeadersPropertiesAndBodiesAcross() throws JMSException {
    Session session = connection.createSession();
    Queue queue = session.createQueue("all");
    MessageProducer producer = session.createProducer(queue);
    MapMessage sent = session.createMapMessage();
    sent.setInt("amount", 7);
    sent.setStringProperty("region", "north");
    sent.setStringProperty("JMSXGroupID", "g1");
    sent.setJMSCorrelationID("c1");
    sent.setJMSType("order");
    Queue replies = session.createTemporaryQueue();
    sent.setJMSReplyTo(replies);
    producer.send(sent, jakarta.jms.DeliveryMode.NON_PERSISTENT, 9, 60_000);

    MapMessage got = (MapMessage) session.createConsumer(queue).receive(LONG_MS);

    assertThat(got.getInt("amount")).isEqualTo(7);
    assertThat(got.getStringProperty("region")).isEqualTo("north");
    assertThat(got.getStringProperty("JMSXGroupID")).isEqualTo("g1");
    assertThat(got.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
    assertThat(got.getJMSCorrelationID()).isEqualTo("c1");
    assertThat(got.getJMSType()).isEqualTo("order");
    assertThat(got.getJMSReplyTo()).isEqualTo(replies);
    assertThat(got.getJMSPriority()).isEqualTo(9);
    assertThat(got.getJMSDeliveryMode()).isEqualTo(jakarta.jms.DeliveryMode.NON_PERSISTENT);
    assertThat(got.getJMSExpiration()).isEqualTo(got.getJMSTimestamp() + 60_000);
    assertThat(got.getJMSDestination()).isEqualTo(queue);
    assertThat(got.getJMSMessageID()).isEqualTo(sent.getJMSMessageID()).startsWith("ID:");
    assertThat(list(got.getPropertyNames())).contains("region", "JMSXGroupID", "JMSXDeliveryCount");
  }

  @Test
  void givesSenderAndReceiverTheSameMessageId() throws JMSException {
    Session session = connection.createSession();
    Queue queue = session.createQueue("ids");
    MessageProducer producer = session.createProducer(queue);
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      TextMessage message = session.createTextMessage("m");
      producer.send(message);
      sent.add(message.getJMSMessageID());
    }
    MessageConsumer consumer = session.createConsumer(queue);
    for (String id : sent) {
      assertThat(consumer.receive(LONG_MS).getJMSMessageID()).isEqualTo(id);
    }
    assertThat(sent).doesNotHaveDuplicates();
  }

  @Test
  void deliversToAListenerAndAcknowledges() throws Exception {
    Session session = connection.createSession();
    Queue queue = session.createQueue("listen");
    List<String> got = new CopyOnWriteArrayList<>();
    MessageConsumer consumer = session.createConsumer(queue);
    consumer.setMessageListener(message -> got.add(text(message)));
    Session sending = connection.createSession();
    MessageProducer producer = sending.createProducer(queue);
    for (int i = 0; i < 1000; i++) {
      producer.send(sending.createTextMessage("" + i), noFailure());
    }

    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> got.size() == 1000);

    for (int i = 0; i < 1000; i++) {
      assertThat(got.get(i)).isEqualTo("" + i);
    }
    assertThatThrownBy(() -> session.createConsumer(queue).receive(1))
        .isInstanceOf(IllegalStateException.class);
    consumer.close();
    assertThat(server.broker().queue("listen").settled()).isEqualTo(1000);
  }

  @Test
  void gathersSendsThatComeWhileOneIsInFlight() throws Exception {
    Session session = connection.createSession();
    MessageProducer producer = session.createProducer(session.createQueue("batches"));
    CountDownLatch all = new CountDownLatch(5000);
    List<Integer> order = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 5000; i++) {
      BytesMessage message = session.createBytesMessage();
      message.writeInt(i);
      int number = i;
      producer.send(
          message,
          new CompletionListener() {
            @Override
            public void onCompletion(Message done) {
              if (number % 100 == 0) {
                order.add(number);
              }
              all.countDown();
            }

            @Override
            public void onException(Message failed, Exception reason) {
              throw new AssertionError(reason);
            }
          });
    }

    assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(order).isSorted().hasSize(50);
    assertThat(server.broker().queue("batches").size()).isEqualTo(5000);
    assertThat(server.broker().received(Send.class)).hasSizeLessThan(4000);
  }

  @Test
  void redeliversInOrderBehindRecover() throws JMSException {
    Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
    Queue queue = session.createQueue("recover");
    sendNumbers(queue, 10);
    MessageConsumer consumer = session.createConsumer(queue);
    for (int i = 0; i < 4; i++) {
      assertThat(text(consumer.receive(LONG_MS))).isEqualTo("" + i);
    }

    session.recover();

    for (int i = 0; i < 10; i++) {
      Message again = consumer.receive(LONG_MS);
      assertThat(text(again)).isEqualTo("" + i);
      assertThat(again.getJMSRedelivered()).isEqualTo(i < 4);
      assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(i < 4 ? 2 : 1);
      if (i == 9) {
        again.acknowledge();
      }
    }
    assertThat(server.broker().queue("recover").settled()).isEqualTo(10);
  }

  @Test
  void commitsAndRollsBackSendsAndReceivesTogether() throws JMSException {
    Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
    Queue in = session.createQueue("in");
    Queue out = session.createQueue("out");
    sendNumbers(in, 4);
    MessageConsumer consumer = session.createConsumer(in);
    MessageProducer producer = session.createProducer(out);

    text(consumer.receive(LONG_MS));
    text(consumer.receive(LONG_MS));
    producer.send(session.createTextMessage("a"));
    session.rollback();

    assertThat(server.broker().queue("out").size()).isZero();
    Message first = consumer.receive(LONG_MS);
    assertThat(text(first)).isEqualTo("0");
    assertThat(first.getJMSRedelivered()).isTrue();
    producer.send(session.createTextMessage("b"));
    session.commit();
    assertThat(server.broker().queue("out").size()).isEqualTo(1);
    assertThat(server.broker().queue("in").settled()).isEqualTo(1);
    session.close();
  }

  @Test
  void deliversAMessageAgainWhoseListenerThrew() throws Exception {
    Session session = connection.createSession();
    Queue queue = session.createQueue("throwing");
    List<Integer> counts = new CopyOnWriteArrayList<>();
    session
        .createConsumer(queue)
        .setMessageListener(
            message -> {
              int count = deliveryCount(message);
              counts.add(count);
              if (count < 3) {
                throw new java.lang.IllegalStateException("as the test says");
              }
            });
    sendNumbers(queue, 1);

    Awaitility.await().until(() -> counts.size() == 3);

    assertThat(counts).containsExactly(1, 2, 3);
    session.close();
    assertThat(server.broker().queue("throwing").settled()).isEqualTo(1);
  }

  @Test
  void givesBackWhatWaitsWhenAConsumerIsClosed() throws JMSException {
    Session session = connection.createSession();
    Queue queue = session.createQueue("prefetched");
    sendNumbers(queue, 50);
    MessageConsumer first = session.createConsumer(queue);
    assertThat(text(first.receive(LONG_MS))).isEqualTo("0");
    first.close();

    MessageConsumer second = session.createConsumer(queue);

    for (int i = 1; i < 50; i++) {
      Message message = second.receive(LONG_MS);
      assertThat(text(message)).isEqualTo("" + i);
      assertThat(message.getJMSRedelivered()).isFalse();
    }
  }

  @Test
  void browsesWithoutTaking() throws JMSException {
    Session session = connection.createSession();
    Queue queue = session.createQueue("browse");
    sendNumbers(queue, 3);
    QueueBrowser browser = session.createBrowser(queue);

    for (int round = 0; round < 2; round++) {
      List<?> seen = list(browser.getEnumeration());
      assertThat(seen).hasSize(3);
    }
    browser.close();
    assertThat(text(session.createConsumer(queue).receive(LONG_MS))).isEqualTo("0");
  }

  @Test
  void deliversNothingWhileTheConnectionIsStopped() throws JMSException {
    Session session = connection.createSession();
    Queue queue = session.createQueue("stopped");
    MessageConsumer consumer = session.createConsumer(queue);
    connection.stop();
    sendNumbers(queue, 1);

    assertThat(consumer.receive(50)).isNull();
    assertThat(consumer.receiveNoWait()).isNull();
    connection.start();
    assertThat(text(consumer.receive(LONG_MS))).isEqualTo("0");
  }

  @Test
  void publishesToASubscriberFromNowOn() throws JMSException {
    Session session = connection.createSession();
    Topic topic = session.createTopic("news");
    session.createProducer(topic).send(session.createTextMessage("before"));
    MessageConsumer consumer = session.createConsumer(topic);
    session.createProducer(topic).send(session.createTextMessage("after"));

    assertThat(text(consumer.receive(LONG_MS))).isEqualTo("after");
  }

  @Test
  void worksThroughTheSimplifiedApi() {
    try (JMSContext context = new MillraceConnectionFactory(server.uri()).createContext()) {
      Queue queue = context.createQueue("simple");
      context.createProducer().setProperty("n", 5).setPriority(7).send(queue, "hello");
      Message message = context.createConsumer(queue).receive(LONG_MS);
      assertThat(text(message)).isEqualTo("hello");
      assertThat(property(message, "n")).isEqualTo(5);
    }
  }

  @Test
  void refusesUseBehindClose() throws JMSException {
    Session session = connection.createSession();
    Queue queue = session.createQueue("closed");
    MessageProducer producer = session.createProducer(queue);
    MessageConsumer consumer = session.createConsumer(queue);
    session.close();
    session.close();

    assertThatThrownBy(session::createTextMessage).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(producer::getPriority).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(consumer::receiveNoWait).isInstanceOf(IllegalStateException.class);
    connection.close();
    assertThatThrownBy(connection::createSession).isInstanceOf(IllegalStateException.class);
  }

  private void sendNumbers(Queue queue, int count) throws JMSException {
    Session session = connection.createSession();
    MessageProducer producer = session.createProducer(queue);
    for (int i = 0; i < count; i++) {
      producer.send(session.createTextMessage("" + i));
    }
    session.close();
  }

  private static CompletionListener noFailure() {
    return new CompletionListener() {
      @Override
      public void onCompletion(Message message) {
        assertThat(message).isNotNull();
      }

      @Override
      public void onException(Message message, Exception exception) {
        throw new AssertionError(exception);
      }
    };
  }

  private static List<Object> list(Enumeration<?> elements) {
    List<Object> list = new ArrayList<>();
    while (elements.hasMoreElements()) {
      list.add(elements.nextElement());
    }
    return list;
  }

  private static int deliveryCount(Message message) {
    return (int) property(message, "JMSXDeliveryCount");
  }

  private static Object property(Message message, String name) {
    try {
      return message.getObjectProperty(name);
    } catch (JMSException failed) {
      throw new AssertionError(failed);
    }
  }

  private static String text(Message message) {
    try {
      return ((TextMessage) message).getText();
    } catch (JMSException failed) {
      throw new AssertionError(failed);
    }
  }
}
