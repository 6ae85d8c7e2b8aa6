package io.millrace.jms.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.testserver.TestServer;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Hello;
import io.millrace.jms.wire.Send;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The connections of a factory share a socket and nothing else. */
@Timeout(60)
class SharedSocketTest {
  private static final long LONG_MS = 10_000;

  private TestServer server;
  private final List<Connection> connections = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
  }

  @AfterEach
  void stop() throws JMSException, IOException {
    for (Connection each : connections) {
      each.close();
    }
    Awaitility.await().until(() -> server.sockets() == 0 && server.connections() == 0);
    server.close();
    assertThat(server.failures()).isEmpty();
  }

  @Test
  void oneSocketServesAllConnectionsOfAFactory() throws JMSException {
    open(new MillraceConnectionFactory(server.uri()), 5);

    assertThat(server.sockets()).isEqualTo(1);
    assertThat(server.connections()).isEqualTo(5);
    for (Connection each : connections) {
      worksOn(each);
    }
  }

  @Test
  void anotherFactoryHasAnother() throws JMSException {
    open(new MillraceConnectionFactory(server.uri()), 2);
    open(new MillraceConnectionFactory(server.uri()), 2);

    assertThat(server.sockets()).isEqualTo(2);
  }

  @Test
  void aFullSocketIsFollowedByAnother() throws JMSException {
    open(new MillraceConnectionFactory(server.uri() + "?connectionsPerSocket=2"), 5);

    assertThat(server.sockets()).isEqualTo(3);
    for (Connection each : connections) {
      worksOn(each);
    }
  }

  @Test
  void eachHasItsOwnWhereNothingIsShared() throws JMSException {
    open(new MillraceConnectionFactory(server.uri() + "?connectionsPerSocket=1"), 3);

    assertThat(server.sockets()).isEqualTo(3);
  }

  @Test
  void connectionsThatBeginTogetherShare() throws Exception {
    MillraceConnectionFactory factory = new MillraceConnectionFactory(server.uri());
    ExecutorService threads = Executors.newFixedThreadPool(16);
    List<Future<Connection>> opening = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      opening.add(threads.submit(() -> factory.createConnection()));
    }
    for (Future<Connection> each : opening) {
      connections.add(each.get());
    }
    threads.shutdown();

    assertThat(server.sockets()).isEqualTo(1);
    assertThat(server.connections()).isEqualTo(16);
  }

  @Test
  void closingOneLeavesTheOthersAndTheLastClosesTheSocket() throws JMSException {
    open(new MillraceConnectionFactory(server.uri()), 3);

    connections.remove(0).close();

    Awaitility.await().until(() -> server.connections() == 2);
    assertThat(server.sockets()).isEqualTo(1);
    worksOn(connections.get(0));

    connections.remove(0).close();
    connections.remove(0).close();

    Awaitility.await().until(() -> server.sockets() == 0);
  }

  @Test
  void aNewSocketFollowsAfterTheLastOneClosed() throws JMSException {
    MillraceConnectionFactory factory = new MillraceConnectionFactory(server.uri());
    for (int i = 0; i < 20; i++) {
      open(factory, 1);
      worksOn(connections.get(0));
      connections.remove(0).close();
    }
  }

  @Test
  void allComeBackWhenTheSocketBreaks() throws JMSException {
    open(new MillraceConnectionFactory(server.uri()), 4);
    List<MessageProducer> producers = new ArrayList<>();
    for (Connection each : connections) {
      Session session = each.createSession();
      producers.add(session.createProducer(session.createQueue("q")));
    }
    server.broker().breakOnceBehind(Send.class::isInstance);

    for (MessageProducer producer : producers) {
      producer.send(connections.get(0).createSession().createTextMessage("once"));
    }

    Connection reader = connections.get(3);
    reader.start();
    Session session = reader.createSession();
    MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
    for (int i = 0; i < 4; i++) {
      assertThat(consumer.receive(LONG_MS)).isNotNull();
    }
    assertThat(consumer.receiveNoWait()).as("none twice").isNull();
    Awaitility.await().until(() -> server.connections() == 4 && server.sockets() == 1);
  }

  @Test
  void whoIsRefusedLeavesTheOthersInPeace() throws JMSException {
    MillraceConnectionFactory factory = new MillraceConnectionFactory(server.uri());
    open(factory, 2);
    server.broker().refuse(frame -> frame instanceof Hello ? ErrorCode.AUTHENTICATION : null);

    assertThatThrownBy(factory::createConnection).isInstanceOf(JMSException.class);

    worksOn(connections.get(0));
    worksOn(connections.get(1));
    Awaitility.await().until(() -> server.connections() == 2);
    assertThat(server.sockets()).isEqualTo(1);
  }

  private void open(MillraceConnectionFactory factory, int count) throws JMSException {
    for (int i = 0; i < count; i++) {
      connections.add(factory.createConnection());
    }
  }

  private static void worksOn(Connection connection) throws JMSException {
    connection.start();
    try (Session session = connection.createSession()) {
      Message message = session.createTextMessage("hello");
      session.createProducer(session.createQueue("works")).send(message);
      Message received = session.createConsumer(session.createQueue("works")).receive(LONG_MS);
      assertThat(((TextMessage) received).getText()).isEqualTo("hello");
    }
  }
}
