package io.millrace.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterClientQuotasOptions;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaAlteration.Op;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.quota.ClientQuotaFilterComponent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Quotas as Kafka's administrators set them, and what clients of both doors notice of them. */
@Timeout(180)
final class ClientQuotasTest {
  private static final int RECORD_BYTES = 10_000;
  private static final int RECORDS = 60;

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningSecurity server;

  @SuppressWarnings("NullAway.Init")
  private Admin root;

  @BeforeEach
  void start() throws Exception {
    server =
        new RunningSecurity(
            directory,
            "acl.mode",
            "on",
            "acl.super-users",
            "root; busy",
            "quotas.samples",
            "2",
            "quotas.sample-ms",
            "200");
    server.add("root");
    server.add("busy");
    server.add("alice");
    root = server.admin("root");
    root.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
  }

  @AfterEach
  void stop() {
    root.close(Duration.ofSeconds(1));
    server.close();
  }

  private static ClientQuotaEntity entity(@Nullable String... parts) {
    Map<String, String> entries = new HashMap<>();
    for (int i = 0; i < parts.length; i += 2) {
      entries.put(parts[i], parts[i + 1]);
    }
    return new ClientQuotaEntity(entries);
  }

  private static ClientQuotaAlteration change(ClientQuotaEntity entity, Op... ops) {
    return new ClientQuotaAlteration(entity, List.of(ops));
  }

  private void set(ClientQuotaEntity entity, String key, @Nullable Double value) throws Exception {
    root.alterClientQuotas(List.of(change(entity, new Op(key, value)))).all().get();
  }

  private Map<ClientQuotaEntity, Map<String, Double>> quotas() throws Exception {
    return root.describeClientQuotas(ClientQuotaFilter.all()).entities().get();
  }

  private void assertInvalid(ClientQuotaEntity entity, String key, double value) {
    assertThatThrownBy(() -> set(entity, key, value))
        .hasCauseInstanceOf(InvalidRequestException.class);
  }

  @Test
  void administratorsSetSeeAndTakeAwayQuotasWhichOutliveARestart() throws Exception {
    ClientQuotaEntity user = entity("user", "busy");
    ClientQuotaEntity both = entity("user", null, "client-id", "c");
    ClientQuotaEntity address = entity("ip", "192.0.2.1");
    root.alterClientQuotas(
            List.of(
                change(
                    user,
                    new Op("producer_byte_rate", 1e6),
                    new Op("controller_mutation_rate", 0.5)),
                change(both, new Op("request_percentage", 12.5)),
                change(address, new Op("connection_creation_rate", 5.0))))
        .all()
        .get();
    root.alterClientQuotas(
            List.of(change(user, new Op("producer_byte_rate", null))),
            new AlterClientQuotasOptions().validateOnly(true))
        .all()
        .get();
    Map<ClientQuotaEntity, Map<String, Double>> expected =
        Map.of(
            user,
            Map.of("producer_byte_rate", 1e6, "controller_mutation_rate", 0.5),
            both,
            Map.of("request_percentage", 12.5),
            address,
            Map.of("connection_creation_rate", 5.0));
    assertThat(quotas()).isEqualTo(expected);

    root.close(Duration.ofSeconds(1));
    server.restart();
    root = server.admin("root");
    assertThat(quotas()).isEqualTo(expected);

    ClientQuotaFilter users =
        ClientQuotaFilter.containsOnly(List.of(ClientQuotaFilterComponent.ofEntityType("user")));
    assertThat(root.describeClientQuotas(users).entities().get()).containsOnlyKeys(user);
    ClientQuotaFilter defaults =
        ClientQuotaFilter.contains(List.of(ClientQuotaFilterComponent.ofDefaultEntity("user")));
    assertThat(root.describeClientQuotas(defaults).entities().get()).containsOnlyKeys(both);
    ClientQuotaFilter exact =
        ClientQuotaFilter.contains(List.of(ClientQuotaFilterComponent.ofEntity("ip", "192.0.2.1")));
    assertThat(root.describeClientQuotas(exact).entities().get()).containsOnlyKeys(address);

    set(user, "producer_byte_rate", null);
    assertThat(quotas().get(user)).containsOnlyKeys("controller_mutation_rate");
    set(user, "controller_mutation_rate", null);
    assertThat(quotas()).doesNotContainKey(user);
  }

  @Test
  void whatCannotBeIsRefusedAndTheRestIsDone() throws Exception {
    assertInvalid(entity("user", "a"), "no_such_rate", 1);
    assertInvalid(entity("user", "a"), "connection_creation_rate", 1);
    assertInvalid(entity("user", "a"), "producer_byte_rate", -1);
    assertInvalid(entity("user", "a"), "producer_byte_rate", 1.5);
    assertInvalid(entity("user", "a"), "request_percentage", Double.NaN);
    assertInvalid(entity("user", "a", "ip", "192.0.2.1"), "producer_byte_rate", 1);
    assertInvalid(entity("ip", "not an address"), "connection_creation_rate", 1);
    assertInvalid(entity("group", "g"), "producer_byte_rate", 1);
    assertInvalid(entity("user", ""), "producer_byte_rate", 1);

    var mixed =
        root.alterClientQuotas(
                List.of(
                    change(
                        entity("user", "a"),
                        new Op("producer_byte_rate", 5.0),
                        new Op("consumer_byte_rate", -5.0)),
                    change(entity("user", "b"), new Op("producer_byte_rate", 5.0))))
            .values();
    assertThatThrownBy(() -> Objects.requireNonNull(mixed.get(entity("user", "a"))).get())
        .hasCauseInstanceOf(InvalidRequestException.class);
    Objects.requireNonNull(mixed.get(entity("user", "b"))).get();
    assertThat(quotas()).containsOnlyKeys(entity("user", "b"));
  }

  @Test
  void whoMayNotSeeOrChangeQuotasIsTold() throws Exception {
    try (Admin alice = server.admin("alice")) {
      assertThatThrownBy(() -> alice.describeClientQuotas(ClientQuotaFilter.all()).entities().get())
          .hasCauseInstanceOf(ClusterAuthorizationException.class);
      assertThatThrownBy(
              () ->
                  alice
                      .alterClientQuotas(
                          List.of(
                              change(entity("user", "alice"), new Op("producer_byte_rate", 9e9))))
                      .all()
                      .get())
          .hasCauseInstanceOf(ClusterAuthorizationException.class);
    }
    assertThat(quotas()).isEmpty();
  }

  private static double metric(Map<MetricName, ? extends Metric> metrics, String name) {
    return metrics.entrySet().stream()
        .filter(each -> each.getKey().name().equals(name))
        .mapToDouble(each -> (Double) each.getValue().metricValue())
        .max()
        .orElseThrow();
  }

  /** Sends, and says for how long the client says that it was made to wait. */
  private double produce(String acks, String... more) throws Exception {
    String[] settings = new String[more.length + 4];
    settings[0] = "acks";
    settings[1] = acks;
    settings[2] = "enable.idempotence";
    settings[3] = Boolean.toString(acks.equals("all"));
    System.arraycopy(more, 0, settings, 4, more.length);
    try (var producer = server.producer("busy", settings)) {
      String value = "x".repeat(RECORD_BYTES);
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int i = 0; i < RECORDS; i++) {
        sent.add(producer.send(new ProducerRecord<>("t", value)));
        if (i % 10 == 0) {
          producer.flush();
        }
      }
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
      return metric(producer.metrics(), "produce-throttle-time-max");
    }
  }

  private long end() throws Exception {
    TopicPartition partition = new TopicPartition("t", 0);
    return root.listOffsets(Map.of(partition, org.apache.kafka.clients.admin.OffsetSpec.latest()))
        .partitionResult(partition)
        .get()
        .offset();
  }

  @Test
  void aProducerIsMadeToWaitAndLosesNothing() throws Exception {
    assertThat(produce("all")).isZero();
    set(entity("user", "busy"), "producer_byte_rate", 50_000.0);
    assertThat(produce("all")).isPositive();
    assertThat(end()).isEqualTo(2 * RECORDS);
    assertThat(server.metrics())
        .contains("millrace_quota_throttle_seconds_count{door=\"kafka\"")
        .contains("quota=\"producer_byte_rate\"");
  }

  @Test
  void aProducerThatWaitsForNoAnswerIsMadeToWaitToo() throws Exception {
    set(entity("client-id", "quick"), "producer_byte_rate", 200_000.0);
    var unused = produce("0", "client.id", "quick");
    org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> end() == RECORDS);
    assertThat(server.metrics()).contains("quota=\"producer_byte_rate\"");
  }

  @Test
  void aConsumerIsMadeToWaitAndMissesNothing() throws Exception {
    var unused = produce("all");
    set(entity("user", null), "consumer_byte_rate", 200_000.0);
    try (KafkaConsumer<String, String> consumer = server.consumer("busy", "group.id", "g")) {
      consumer.subscribe(List.of("t"));
      int count = 0;
      while (count < RECORDS) {
        count += consumer.poll(Duration.ofMillis(200)).count();
      }
      assertThat(count).isEqualTo(RECORDS);
      assertThat(metric(consumer.metrics(), "fetch-throttle-time-max")).isPositive();
    }
  }

  @Test
  void aBatchThatIsLargerThanTheQuotaArrivesAllTheSame() throws Exception {
    var unused = produce("all");
    set(entity("user", "busy"), "consumer_byte_rate", 10_000.0);
    try (KafkaConsumer<String, String> consumer = server.consumer("busy", "group.id", "g")) {
      consumer.assign(List.of(new TopicPartition("t", 0)));
      int count = 0;
      while (count == 0) {
        count += consumer.poll(Duration.ofMillis(200)).count();
      }
      assertThat(count).isPositive();
    }
  }

  @Test
  void theTimeOfRequestsIsMeasured() throws Exception {
    set(entity("user", "busy"), "request_percentage", 0.0001);
    assertThat(produce("all")).isPositive();
    assertThat(end()).isEqualTo(RECORDS);
    set(entity("user", "busy"), "request_percentage", null);
  }

  @Test
  void whoCreatesTooManyPartitionsIsRefusedAndMayTryAgain() throws Exception {
    // A burst of 0.4 s is allowed: four partitions.
    set(entity("user", "busy"), "controller_mutation_rate", 10.0);
    try (Admin busy = server.admin("busy")) {
      CreateTopicsOptions once = new CreateTopicsOptions().retryOnQuotaViolation(false);
      busy.createTopics(List.of(new NewTopic("large", 80, (short) 1)), once).all().get();
      assertThatThrownBy(
              () ->
                  busy.createTopics(List.of(new NewTopic("next", 1, (short) 1)), once).all().get())
          .hasCauseInstanceOf(ThrottlingQuotaExceededException.class);
      assertThat(root.listTopics().names().get()).doesNotContain("next");

      busy.createTopics(List.of(new NewTopic("next", 1, (short) 1))).all().get();
      busy.deleteTopics(List.of("large")).all().get();
    }
    assertThat(root.listTopics().names().get()).contains("next").doesNotContain("large");
  }

  @Test
  void whatCannotBeCreatedIsNotHeldAgainstAnybody() throws Exception {
    set(entity("user", "busy"), "controller_mutation_rate", 10.0);
    try (Admin busy = server.admin("busy")) {
      CreateTopicsOptions once = new CreateTopicsOptions().retryOnQuotaViolation(false);
      assertThatThrownBy(
              () ->
                  busy.createTopics(
                          List.of(new NewTopic("huge", Integer.MAX_VALUE, (short) 1)), once)
                      .all()
                      .get())
          .hasMessageContaining("partitions");
      busy.createTopics(List.of(new NewTopic("next", 1, (short) 1)), once).all().get();
    }
  }

  @Test
  void jmsTransactionsWaitBehindTheirCommitAndAreWhole() throws Exception {
    set(entity("user", "busy"), "producer_byte_rate", 50_000.0);
    String password = RunningSecurity.passwordOf("busy");
    try (JMSContext context =
        server.jms().createContext("busy", password, JMSContext.SESSION_TRANSACTED)) {
      Queue queue = context.createQueue("transacted");
      for (int i = 0; i < RECORDS; i++) {
        BytesMessage message = context.createBytesMessage();
        message.writeBytes(new byte[RECORD_BYTES]);
        context.createProducer().send(queue, message);
      }
      context.commit();
      JMSConsumer consumer = context.createConsumer(queue);
      for (int i = 0; i < RECORDS; i++) {
        assertThat(consumer.receive(30_000)).as("message " + i).isNotNull();
      }
      context.commit();
    }
    assertThat(server.metrics())
        .containsPattern(
            "millrace_quota_throttle_seconds_count\\{door=\"jms\",quota=\"producer_byte_rate\"");
  }

  @Test
  void jmsClientsOfThatUserAreMadeToWaitAndLoseNothing() throws Exception {
    set(entity("user", "busy"), "producer_byte_rate", 200_000.0);
    set(entity("user", "busy"), "consumer_byte_rate", 200_000.0);
    String password = RunningSecurity.passwordOf("busy");
    try (JMSContext context = server.jms().createContext("busy", password)) {
      Queue queue = context.createQueue("q");
      JMSProducer producer = context.createProducer();
      for (int i = 0; i < RECORDS; i++) {
        BytesMessage message = context.createBytesMessage();
        message.setIntProperty("number", i);
        message.writeBytes(new byte[RECORD_BYTES]);
        producer.send(queue, message);
      }
      JMSConsumer consumer = context.createConsumer(queue);
      for (int i = 0; i < RECORDS; i++) {
        Message message = consumer.receive(30_000);
        assertThat(message).as("message " + i).isNotNull();
        assertThat(message.getIntProperty("number")).isEqualTo(i);
      }
      assertThat(consumer.receive(500)).isNull();
    }
    assertThat(server.metrics())
        .containsPattern(
            "millrace_quota_throttle_seconds_count\\{door=\"jms\",quota=\"producer_byte_rate\"")
        .containsPattern(
            "millrace_quota_throttle_seconds_count\\{door=\"jms\",quota=\"consumer_byte_rate\"");
  }

  @Test
  void anAddressThatOpensManyConnectionsWaitsForThem() throws Exception {
    set(entity("ip", "127.0.0.1"), "connection_creation_rate", 10.0);
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        sockets.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
      }
      try (Admin later = server.admin("busy")) {
        assertThat(later.listTopics().names().get()).contains("t");
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    assertThat(server.metrics())
        .containsPattern("millrace_quota_throttle_seconds_count\\{door=\"net\"");
  }
}
