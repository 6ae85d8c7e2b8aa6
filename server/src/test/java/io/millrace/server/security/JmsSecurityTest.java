package io.millrace.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** JMS clients log in, or fail to, and do what they may. */
@Timeout(120)
final class JmsSecurityTest {
  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningSecurity server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningSecurity(directory, "acl.mode", "on", "acl.super-users", "root");
    server.add("root");
    server.add("alice");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Connection connect(String user) throws Exception {
    return server.jms().createConnection(user, RunningSecurity.passwordOf(user));
  }

  private void allow(String topic, AclOperation operation) throws Exception {
    try (Admin root = server.admin("root")) {
      root.createAcls(
              List.of(
                  new AclBinding(
                      new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                      new AccessControlEntry(
                          "User:alice", "*", operation, AclPermissionType.ALLOW))))
          .all()
          .get();
    }
  }

  @Test
  void letsInWhoKnowsThePasswordAndNobodyElse() throws Exception {
    connect("alice").close();
    assertThatThrownBy(() -> server.jms().createConnection("alice", "wrong").close())
        .isInstanceOf(JMSSecurityException.class)
        .hasMessageContaining("user name or password is wrong");
    assertThatThrownBy(() -> server.jms().createConnection("nobody", "alice-secret").close())
        .isInstanceOf(JMSSecurityException.class)
        .hasMessageContaining("user name or password is wrong");
    assertThatThrownBy(() -> server.jms().createConnection().close())
        .isInstanceOf(JMSSecurityException.class)
        .hasMessageContaining("asks for a user name and a password");
    assertThat(server.metrics())
        .contains("millrace_logins_total{door=\"jms\",mechanism=\"password\"} 1.0")
        .contains(
            "millrace_logins_failed_total{door=\"jms\",mechanism=\"password\","
                + "reason=\"credentials\"} 2.0");
  }

  @Test
  void sendsAndReceivesWhatIsAllowedAndNothingElse() throws Exception {
    try (Connection root = connect("root");
        Session session = root.createSession()) {
      MessageProducer producer = session.createProducer(session.createQueue("orders"));
      producer.send(session.createTextMessage("first"));
    }
    try (Connection alice = connect("alice");
        Session session = alice.createSession()) {
      alice.start();
      Queue orders = session.createQueue("orders");
      assertThatThrownBy(() -> session.createProducer(orders).send(session.createMessage()))
          .isInstanceOf(JMSSecurityException.class);
      assertThatThrownBy(() -> session.createConsumer(orders))
          .isInstanceOf(JMSSecurityException.class);
      assertThatThrownBy(
              () ->
                  session.createProducer(session.createQueue("new")).send(session.createMessage()))
          .isInstanceOf(JMSSecurityException.class);

      allow("orders", AclOperation.READ);
      try (MessageConsumer consumer = session.createConsumer(orders)) {
        Message received = consumer.receive(10_000);
        assertThat(received.getBody(String.class)).isEqualTo("first");
      }
      MessageProducer producer = session.createProducer(orders);
      assertThatThrownBy(() -> producer.send(session.createMessage()))
          .isInstanceOf(JMSSecurityException.class);
      allow("orders", AclOperation.WRITE);
      producer.send(session.createTextMessage("second"));

      Queue own = session.createTemporaryQueue();
      session.createProducer(own).send(session.createTextMessage("to myself"));
      try (MessageConsumer consumer = session.createConsumer(own)) {
        assertThat(consumer.receive(10_000).getBody(String.class)).isEqualTo("to myself");
      }
    }
  }

  @Test
  void aTransactionWithASendThatIsNotAllowedIsRefusedAsAWhole() throws Exception {
    try (Connection root = connect("root");
        Session session = root.createSession()) {
      session.createProducer(session.createQueue("orders")).send(session.createMessage());
    }
    allow("orders", AclOperation.READ);
    try (Connection alice = connect("alice");
        Session session = alice.createSession(true, Session.SESSION_TRANSACTED)) {
      session.createProducer(session.createQueue("orders")).send(session.createTextMessage("no"));
      assertThatThrownBy(session::commit).isInstanceOf(JMSSecurityException.class);
    }
    try (Connection root = connect("root");
        Session session = root.createSession()) {
      root.start();
      MessageConsumer consumer = session.createConsumer(session.createQueue("orders"));
      assertThat(consumer.receive(10_000)).isNotNull();
      assertThat(consumer.receive(500)).isNull();
    }
  }

  private void takeAwayRules() throws Exception {
    try (Admin root = server.admin("root")) {
      root.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
    }
  }

  @Test
  void aConsumerEndsThatMayNotReadAnyLonger() throws Exception {
    try (Connection root = connect("root");
        Connection alice = connect("alice");
        Session session = alice.createSession()) {
      root.createSession().createConsumer(root.createSession().createQueue("orders")).close();
      allow("orders", AclOperation.READ);
      alice.start();
      MessageConsumer consumer = session.createConsumer(session.createQueue("orders"));
      assertThat(consumer.receiveNoWait()).isNull();

      takeAwayRules();

      assertThatThrownBy(consumer::receiveNoWait).isInstanceOf(JMSSecurityException.class);
    }
  }

  @Test
  void aDurableSubscriptionIsEndedOnlyByWhoMayReadItsTopic() throws Exception {
    try (Connection root = connect("root")) {
      root.setClientID("billing");
      Session session = root.createSession();
      session.createDurableConsumer(session.createTopic("secret"), "s").close();
      session.createConsumer(session.createTopic("orders")).close();
    }
    allow("orders", AclOperation.READ);
    try (Connection alice = connect("alice")) {
      alice.setClientID("billing");
      Session session = alice.createSession();
      assertThatThrownBy(() -> session.unsubscribe("s")).isInstanceOf(JMSSecurityException.class);
      assertThatThrownBy(() -> session.createDurableConsumer(session.createTopic("orders"), "s"))
          .isInstanceOf(JMSSecurityException.class);
      allow("secret", AclOperation.READ);
      session.unsubscribe("s");
    }
  }

  @Test
  void failedLoginsDisturbNobodyWhoIsLoggedIn() throws Exception {
    MillraceConnectionFactory shared = server.jms();
    try (Connection root = shared.createConnection("root", RunningSecurity.passwordOf("root"));
        Session session = root.createSession()) {
      for (int i = 0; i < 12; i++) {
        assertThatThrownBy(() -> shared.createConnection("alice", "wrong").close())
            .isInstanceOf(JMSSecurityException.class);
      }
      shared.createConnection("alice", RunningSecurity.passwordOf("alice")).close();
      session.createProducer(session.createQueue("orders")).send(session.createMessage());
      assertThat(server.metrics()).contains("millrace_connections_refused_total 0.0");
    }
  }
}
