package io.millrace.jms.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.testserver.TestServer;
import io.millrace.jms.wire.ProducerId;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection asks for as many producer ids as it needs at one time. */
@Timeout(60)
class ProducerIdsTest {
  private TestServer server;
  private Connection connection;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer();
    connection = new MillraceConnectionFactory(server.uri()).createConnection();
  }

  @AfterEach
  void stop() throws JMSException, IOException {
    connection.close();
    server.close();
    assertThat(server.failures()).isEmpty();
  }

  @Test
  void sessionsOneAfterTheOtherUseTheSameOne() throws JMSException {
    for (int i = 0; i < 50; i++) {
      try (Session session = connection.createSession()) {
        session.createProducer(session.createQueue("q")).send(session.createMessage());
      }
    }

    assertThat(asked()).isEqualTo(1);
    assertThat(server.broker().queue("q").size()).isEqualTo(50);
  }

  @Test
  void sessionsAtOneTimeHaveTheirOwn() throws JMSException {
    try (Session one = connection.createSession();
        Session two = connection.createSession()) {
      for (int i = 0; i < 3; i++) {
        one.createProducer(one.createQueue("q")).send(one.createMessage());
        two.createProducer(two.createQueue("q")).send(two.createMessage());
      }
    }

    assertThat(asked()).isEqualTo(2);
    assertThat(server.broker().queue("q").size()).isEqualTo(6);
  }

  /** Pipelines of idle destinations are let go, and with them their sequences. */
  @Test
  void manyDestinationsNeedNoOtherOne() throws JMSException {
    Session session = connection.createSession();
    MessageProducer producer = session.createProducer(null);
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 400; i++) {
        producer.send(session.createQueue("q" + i), session.createMessage());
      }
    }

    assertThat(asked()).isEqualTo(1);
    for (int i = 0; i < 400; i++) {
      assertThat(server.broker().queue("q" + i).size()).isEqualTo(3);
    }
  }

  private int asked() {
    return server.broker().received(ProducerId.class).size();
  }
}
