package io.millrace.server.door.jms;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.wire.Commit;
import io.millrace.jms.wire.Done;
import io.millrace.jms.wire.Hello;
import io.millrace.jms.wire.OpenSession;
import io.millrace.jms.wire.Preamble;
import io.millrace.jms.wire.Sidecar;
import io.millrace.jms.wire.TransactedSend;
import io.millrace.jms.wire.Welcome;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.Topic;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server lives on while the sockets of its clients break. */
@Timeout(60)
class BrokenConnectionTest {
  private static final long WAIT_MS = 5_000;

  @TempDir private Path directory;
  private RunningJms server;
  private CuttingProxy proxy;
  private MillraceConnectionFactory factory;

  @BeforeEach
  void start() throws Exception {
    server = new RunningJms(directory);
    proxy = new CuttingProxy(server.port());
    factory = new MillraceConnectionFactory("millrace://127.0.0.1:" + proxy.port());
  }

  @AfterEach
  void stop() throws Exception {
    proxy.close();
    server.close();
  }

  @Test
  void aConsumerKeepsWhatItHasAndGetsTheRest() throws Exception {
    try (JMSContext context = factory.createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
      Queue queue = context.createQueue("q");
      for (int i = 0; i < 20; i++) {
        context.createProducer().send(queue, "m" + i);
      }
      JMSConsumer consumer = context.createConsumer(queue);
      for (int i = 0; i < 20; i++) {
        if (i % 5 == 2) {
          proxy.cut();
        }
        Message message = consumer.receive(WAIT_MS);
        assertThat(message).as("message %d", i).isNotNull();
        assertThat(message.getBody(String.class)).isEqualTo("m" + i);
        assertThat(message.getJMSRedelivered()).as("message %d", i).isFalse();
        if (i % 5 == 4) {
          context.acknowledge();
        }
      }
      assertThat(consumer.receiveNoWait()).isNull();
    }
    assertThat(server.cursors())
        .singleElement()
        .satisfies(stats -> assertThat(stats.floor()).isEqualTo(20));
  }

  @Test
  void aTransactionGoesOnAcrossABreak() throws Exception {
    try (JMSContext context = factory.createContext(JMSContext.SESSION_TRANSACTED)) {
      Queue in = context.createQueue("in");
      Queue out = context.createQueue("out");
      context.createProducer().send(in, "x");
      context.commit();
      JMSConsumer consumer = context.createConsumer(in);
      assertThat(consumer.receiveBody(String.class, WAIT_MS)).isEqualTo("x");
      context.createProducer().send(out, "y");
      proxy.cut();
      context.commit();

      JMSConsumer check = context.createConsumer(out);
      assertThat(check.receiveBody(String.class, WAIT_MS)).isEqualTo("y");
      context.commit();
      assertThat(check.receiveNoWait()).isNull();
      assertThat(consumer.receiveNoWait()).isNull();
    }
  }

  @Test
  void aTemporaryQueueOutlivesTheSocket() throws Exception {
    try (JMSContext context = factory.createContext()) {
      TemporaryQueue queue = context.createTemporaryQueue();
      JMSConsumer consumer = context.createConsumer(queue);
      context.createProducer().send(queue, "before");
      proxy.cut();
      context.createProducer().send(queue, "after");

      assertThat(consumer.receiveBody(String.class, WAIT_MS)).isEqualTo("before");
      assertThat(consumer.receiveBody(String.class, WAIT_MS)).isEqualTo("after");
    }
  }

  @Test
  void aSubscriptionThatIsNotDurableMissesNothingMeanwhile() throws Exception {
    try (JMSContext context = factory.createContext();
        JMSContext steady = server.factory().createContext()) {
      Topic topic = context.createTopic("t");
      JMSConsumer consumer = context.createConsumer(topic);
      steady.createProducer().send(topic, "one");
      assertThat(consumer.receiveBody(String.class, WAIT_MS)).isEqualTo("one");
      proxy.cut();
      steady.createProducer().send(topic, "two");

      assertThat(consumer.receiveBody(String.class, WAIT_MS)).isEqualTo("two");
      assertThat(consumer.receiveNoWait()).isNull();
    }
  }

  @Test
  void itsOwnMessagesAreKnownAsSuchToARestartedServer() throws Exception {
    try (JMSContext context = factory.createContext()) {
      Topic topic = context.createTopic("t");
      JMSConsumer consumer = context.createConsumer(topic, null, true);
      context.createProducer().send(topic, "own");
      server.close();
      server = new RunningJms(directory);
      proxy.leadTo(server.port());
      context.createProducer().send(topic, "own, later");
      try (JMSContext other = server.factory().createContext()) {
        other.createProducer().send(topic, "foreign");
      }

      assertThat(consumer.receiveBody(String.class, WAIT_MS)).isEqualTo("foreign");
      assertThat(consumer.receiveNoWait()).isNull();
    }
  }

  @Test
  void whatAClientHadThatStaysAwayGoesToOthers() throws Exception {
    JMSContext gone =
        new MillraceConnectionFactory("millrace://127.0.0.1:" + proxy.port() + "?reconnect=false")
            .createContext(JMSContext.CLIENT_ACKNOWLEDGE);
    gone.setExceptionListener(ignored -> {});
    Queue queue = gone.createQueue("q");
    gone.createProducer().send(queue, "a");
    assertThat(gone.createConsumer(queue).receiveBody(String.class, WAIT_MS)).isEqualTo("a");
    proxy.cut();
    try (JMSContext other = server.factory().createContext()) {
      Message again =
          other.createConsumer(queue).receive(JmsDoorConfig.DEFAULT.graceMs() + WAIT_MS);
      assertThat(again.getBody(String.class)).isEqualTo("a");
      assertThat(again.getJMSRedelivered()).isTrue();
    }
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(server.cursors())
                    .allSatisfy(stats -> assertThat(stats.inFlight()).isZero()));
    gone.close();
  }

  /** The answer to its commit was lost, and the client is back only when nobody waits for it. */
  @Test
  void aCommitIsRememberedForAClientThatStaysAwayLong() throws Exception {
    UUID key;
    ByteBuffer records =
        MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(new byte[] {1})).buffer();
    try (RawJms client = new RawJms(server.port())) {
      key = commit(client, new UUID(0, 0), records);
    }
    Awaitility.await()
        .atMost(Duration.ofMillis(JmsDoorConfig.DEFAULT.graceMs() + WAIT_MS))
        .until(() -> server.clients() == 0);

    try (RawJms client = new RawJms(server.port())) {
      assertThat(commit(client, key, records)).isEqualTo(key);
    }
    try (JMSContext context = server.factory().createContext()) {
      JMSConsumer consumer = context.createConsumer(context.createQueue("q"));
      assertThat(consumer.receive(WAIT_MS)).isNotNull();
      assertThat(consumer.receiveNoWait()).isNull();
    }
  }

  private static UUID commit(RawJms client, UUID key, ByteBuffer records) throws Exception {
    client.preamble(Preamble.CURRENT);
    client.send(new Hello(1, "raw", "0", null, null, null, key));
    UUID given = ((Welcome) requireNonNull(client.receive())).connectionKey();
    client.send(new OpenSession(2, 1));
    assertThat(client.receive()).isEqualTo(new Done(2));
    int queue = client.queue("q").destinationId();
    TransactedSend send = new TransactedSend(queue, 0, Sidecar.ofDefaults(), records.duplicate());
    client.send(new Commit(4, 1, 7, 0, 0, List.of(), List.of(send)));
    assertThat(client.receive()).isEqualTo(new Done(4));
    return given;
  }
}
