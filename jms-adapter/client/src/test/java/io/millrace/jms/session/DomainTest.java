package io.millrace.jms.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.testserver.TestServer;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueRequestor;
import jakarta.jms.QueueSession;
import jakarta.jms.ServerSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DomainTest {
  private TestServer server;
  private MillraceConnectionFactory factory;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
    factory = new MillraceConnectionFactory(server.uri());
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    assertThat(server.failures()).isEmpty();
  }

  @Test
  void answersRequestsThroughATemporaryQueue() throws Exception {
    try (QueueConnection asking = factory.createQueueConnection();
        Connection answering = factory.createConnection()) {
      asking.start();
      Session service = answering.createSession();
      Queue queue = service.createQueue("service");
      MessageProducer answers = service.createProducer(null);
      service
          .createConsumer(queue)
          .setMessageListener(
              request -> {
                try {
                  TextMessage answer = service.createTextMessage("re: " + text(request));
                  answer.setJMSCorrelationID(request.getJMSMessageID());
                  answers.send(request.getJMSReplyTo(), answer);
                } catch (JMSException failed) {
                  throw new AssertionError(failed);
                }
              });
      answering.start();
      QueueSession session = asking.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
      QueueRequestor requestor = new QueueRequestor(session, queue);

      for (int i = 0; i < 3; i++) {
        assertThat(text(requestor.request(session.createTextMessage("q" + i))))
            .isEqualTo("re: q" + i);
      }
      requestor.close();
    }
  }

  @Test
  void refusesTheOtherDomain() throws JMSException {
    try (QueueConnection queues = factory.createQueueConnection();
        TopicConnection topics = factory.createTopicConnection()) {
      QueueSession queueSession = queues.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
      TopicSession topicSession = topics.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
      Queue queue = queueSession.createQueue("q");
      Topic topic = topicSession.createTopic("t");

      assertThatThrownBy(() -> queueSession.createTopic("t"))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(queueSession::createTemporaryTopic)
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> queueSession.createDurableSubscriber(topic, "s"))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> queueSession.unsubscribe("s"))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> topicSession.createQueue("q"))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> topicSession.createBrowser(queue))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void keepsTheRulesOfClientIds() throws JMSException {
    try (Connection connection = factory.createConnection()) {
      connection.setClientID("me");
      assertThat(connection.getClientID()).isEqualTo("me");
      assertThatThrownBy(() -> connection.setClientID("other"))
          .isInstanceOf(IllegalStateException.class);
    }
    try (Connection connection = factory.createConnection()) {
      Session session = connection.createSession();
      assertThatThrownBy(() -> connection.setClientID("late"))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> session.createDurableConsumer(session.createTopic("t"), "s"))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void letsOnlyItsConnectionConsumeFromATemporaryQueue() throws JMSException {
    try (Connection owner = factory.createConnection();
        Connection stranger = factory.createConnection()) {
      TemporaryQueue queue = owner.createSession().createTemporaryQueue();
      Session other = stranger.createSession();

      assertThatThrownBy(() -> other.createConsumer(queue))
          .isInstanceOf(InvalidDestinationException.class);

      queue.delete();
      assertThatThrownBy(queue::delete).isInstanceOf(InvalidDestinationException.class);
    }
  }

  @Test
  void aListenerCannotCloseWhatWaitsForIt() throws Exception {
    try (Connection connection = factory.createConnection()) {
      Session session = connection.createSession();
      Queue queue = session.createQueue("self");
      List<Throwable> thrown = new CopyOnWriteArrayList<>();
      MessageConsumer consumer = session.createConsumer(queue);
      consumer.setMessageListener(
          message -> {
            thrown.add(failure(session::close));
            thrown.add(failure(connection::close));
            thrown.add(failure(connection::stop));
          });
      Session sending = connection.createSession();
      sending.createProducer(queue).send(sending.createMessage());
      connection.start();

      Awaitility.await().until(() -> thrown.size() == 3);

      assertThat(thrown).allSatisfy(t -> assertThat(t).isInstanceOf(IllegalStateException.class));
    }
  }

  @Test
  void sharesMessagesOutToTheSessionsOfAPool() throws Exception {
    try (Connection connection = factory.createConnection()) {
      Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
      List<String> got = new CopyOnWriteArrayList<>();
      session.setMessageListener(message -> got.add(text(message)));
      ServerSession serverSession =
          new ServerSession() {
            @Override
            public Session getSession() {
              return session;
            }

            @Override
            public void start() throws JMSException {
              session.run();
              session.commit();
            }
          };
      Session sending = connection.createSession();
      Queue queue = sending.createQueue("pool");
      MessageProducer producer = sending.createProducer(queue);
      for (int i = 0; i < 5; i++) {
        producer.send(sending.createTextMessage("" + i));
      }
      connection.createConnectionConsumer(queue, null, () -> serverSession, 2);
      connection.start();

      Awaitility.await().until(() -> server.broker().queue("pool").settled() == 5);

      assertThat(got).containsExactly("0", "1", "2", "3", "4");
    }
  }

  private interface Action {
    void run() throws JMSException;
  }

  private static Throwable failure(Action action) {
    try {
      action.run();
      return new AssertionError("nothing was thrown");
    } catch (JMSException thrown) {
      return thrown;
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
