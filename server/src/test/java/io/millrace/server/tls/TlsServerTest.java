package io.millrace.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.server.boot.MillraceServer;
import io.millrace.server.config.ConfigException;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.testing.TestAuthority;
import io.millrace.server.testing.TestCertificate;
import io.millrace.server.testing.Warnings;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole servers with TLS, as they are configured, and the clients that applications use. */
@Timeout(180)
final class TlsServerTest {
  private static final Duration POLL = Duration.ofMillis(500);

  @TempDir private static Path shared = Path.of("");

  @SuppressWarnings("NullAway.Init")
  private static TestAuthority authority;

  @SuppressWarnings("NullAway.Init")
  private static TestCertificate server;

  @SuppressWarnings("NullAway.Init")
  private static TestCertificate billing;

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void makeCertificates() throws Exception {
    authority = new TestAuthority(shared, "authority");
    server = authority.server("CN=server");
    billing = authority.sign("CN=billing");
  }

  @BeforeEach
  void writeFiles() throws Exception {
    server.writeTo(file("server.pem"), file("server-key.pem"));
    billing.writeTo(file("billing.pem"), file("billing-key.pem"));
  }

  @Test
  void carriesWhatKafkaClientsProduceAndFetch() throws Exception {
    try (MillraceServer running = start("tls.mode", "required")) {
      List<byte[]> values = values(24, 900_000);
      produce(running, values);

      // Far more than one piece, with many batches in one answer.
      List<byte[]> read = read(running, values.size());

      assertThat(read.stream().map(ByteBuffer::wrap))
          .containsExactlyElementsOf(values.stream().map(ByteBuffer::wrap).toList());
    }
  }

  @Test
  void carriesWhatJmsClientsSendAndReceive() throws Exception {
    try (MillraceServer running = start("tls.mode", "required");
        JMSContext context = factory(running, "").createContext()) {
      String large = "x".repeat(900_000);
      context.createProducer().send(context.createQueue("orders"), "small");
      context.createProducer().send(context.createQueue("orders"), large);

      try (var consumer = context.createConsumer(context.createQueue("orders"))) {
        assertThat(consumer.receiveBody(String.class, 30_000)).isEqualTo("small");
        assertThat(consumer.receiveBody(String.class, 30_000)).isEqualTo(large);
      }
    }
  }

  @Test
  void letsInOnlyClientsWithACertificateWhereThatIsRequired() throws Exception {
    try (MillraceServer running = startMutual()) {
      try (KafkaProducer<byte[], byte[]> anonymous = producer(running)) {
        assertThatThrownBy(() -> anonymous.send(record(new byte[] {1})).get())
            .hasCauseInstanceOf(SslAuthenticationException.class);
      }
      try (KafkaProducer<byte[], byte[]> named =
          producer(
              running,
              "ssl.keystore.type",
              "PEM",
              "ssl.keystore.certificate.chain",
              Files.readString(file("billing.pem")),
              "ssl.keystore.key",
              Files.readString(file("billing-key.pem")))) {
        assertThat(named.send(record(new byte[] {2})).get().offset()).isZero();
      }
      assertThatThrownBy(() -> factory(running, "&connectTimeoutMs=1500").createConnection())
          .isInstanceOf(JMSException.class);
      MillraceConnectionFactory named = factory(running, "");
      named.setCertificateFile(file("billing.pem").toString());
      named.setKeyFile(file("billing-key.pem").toString());
      named.createConnection().close();
    }
  }

  @Test
  void namesTheClientOfACertificateWhereItIsRefusedSomething() throws Exception {
    try (MillraceServer running = startMutual();
        Warnings warnings = new Warnings("io.millrace.server.net");
        TlsClient client =
            new TlsClient(
                running.port(), authority.certificate(), Optional.of(billing), "TLSv1.3")) {
      assertThatThrownBy(() -> client.ask("neither Kafka nor JMS")).isInstanceOf(IOException.class);

      await().until(() -> !warnings.lines().isEmpty());
      assertThat(warnings.lines()).singleElement().asString().contains(" as CN=billing (");
    }
  }

  @Test
  void jmsClientsSayWhyTheyDoNotTrustAServer() throws Exception {
    try (MillraceServer running = start("tls.mode", "required")) {
      MillraceConnectionFactory distrusting = factory(running, "&connectTimeoutMs=1500");
      TestAuthority other = new TestAuthority(directory, "other");
      distrusting.setTrustFile(other.certificate().toString());
      assertThatThrownBy(distrusting::createConnection)
          .isInstanceOf(JMSException.class)
          .hasMessageContaining("TLS with 127.0.0.1:" + running.port() + " failed")
          .hasMessageContaining("certification path");

      MillraceConnectionFactory wrongFile = factory(running, "&connectTimeoutMs=1500");
      wrongFile.setTrustFile(file("none.pem").toString());
      assertThatThrownBy(wrongFile::createConnection)
          .isInstanceOf(JMSException.class)
          .hasMessageContaining("option trustFile: " + file("none.pem"));
    }
  }

  @Test
  void jmsClientsCheckTheServersNameUnlessTheyAreToldNotTo() throws Exception {
    authority
        .sign("CN=server", "-ext", "san=dns:elsewhere.example")
        .writeTo(file("server.pem"), file("server-key.pem"));
    try (MillraceServer running = start("tls.mode", "required")) {
      assertThatThrownBy(() -> factory(running, "&connectTimeoutMs=1500").createConnection())
          .isInstanceOf(JMSException.class)
          .hasMessageContaining("127.0.0.1");

      factory(running, "&verifyHost=false").createConnection().close();
    }
  }

  @Test
  void clientsGoOnWhileTheCertificateIsReplaced() throws Exception {
    try (MillraceServer running = start("tls.mode", "required", "tls.reload-ms", "100");
        Warnings news = Warnings.andNews("io.millrace.server.tls");
        KafkaProducer<byte[], byte[]> producer = producer(running)) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int round = 0; round < 3; round++) {
        authority.server("CN=renewed-" + round).writeTo(file("server.pem"), file("server-key.pem"));
        String renewed = "CN=renewed-" + round;
        await()
            .atMost(30, TimeUnit.SECONDS)
            .until(
                () -> {
                  sent.add(producer.send(record(new byte[] {1})));
                  return news.lines().stream()
                      .anyMatch(line -> line.startsWith("TLS now uses") && line.contains(renewed));
                });
        try (KafkaProducer<byte[], byte[]> fresh = producer(running)) {
          sent.add(fresh.send(record(new byte[] {2})));
        }
      }
      for (Future<RecordMetadata> each : sent) {
        assertThat(each.get(30, TimeUnit.SECONDS).offset()).isNotNegative();
      }
    }
  }

  @Test
  void servesPlainAndTlsClientsWhereTlsIsOptional() throws Exception {
    try (MillraceServer running = start("tls.mode", "optional")) {
      produce(running, values(3, 100));
      try (JMSContext plain =
          new MillraceConnectionFactory("millrace://127.0.0.1:" + running.port()).createContext()) {
        plain.createProducer().send(plain.createQueue("others"), "plain");
      }
      assertThat(read(running, 3)).hasSize(3);
    }
  }

  @Test
  void doesNotStartWithFilesThatCannotBeUsedAndSaysWhy() throws Exception {
    Files.writeString(file("server-key.pem"), "nothing");

    assertThatThrownBy(() -> start("tls.mode", "required"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(file("server-key.pem") + " has no private key");
    assertThat(directory.resolve("data")).doesNotExist();
  }

  @Test
  void saysWhichSettingsDoNotGoTogether() {
    assertThatThrownBy(() -> ServerConfig.of(Map.of("tls.mode", "required")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tls.mode = required needs a certificate: set tls.certificate-file");
    assertThatThrownBy(() -> start("tls.client-auth", "required"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("settings of tls.* have no effect while tls.mode = off");
    assertThatThrownBy(() -> ServerConfig.of(Map.of("tls.client-auth", "required")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("settings of tls.* have no effect while tls.mode = off");
    assertThatThrownBy(() -> start("tls.mode", "required", "tls.client-auth", "required"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("set tls.trust-file");
    assertThatThrownBy(
            () -> start("tls.mode", "required", "tls.trust-file", file("server.pem").toString()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tls.trust-file has no effect while tls.client-auth = none");
    assertThatThrownBy(() -> start("tls.mode", "required", "tls.protocols", "SSLv3"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tls.protocols = SSLv3: expected TLSv1.3, TLSv1.2 or both");
  }

  @Test
  void aJmsClientThatNamesCertificatesDoesNotConnectInTheClear() {
    assertThatThrownBy(
            () ->
                new MillraceConnectionFactory("millrace://127.0.0.1:1?trustFile=authority.pem")
                    .createConnection())
        .hasMessageContaining("option trustFile has no effect without tls=true");
  }

  @Test
  void listensBeyondLoopbackOnlyWhereClientsProveWhoTheyAre() throws Exception {
    assertThatThrownBy(() -> start("tls.mode", "required", "network.host", "0.0.0.0"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("network.host = 0.0.0.0 can be reached from other machines");

    try (MillraceServer running = startMutual("network.host", "0.0.0.0")) {
      assertThat(running.port()).isPositive();
    }
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private MillraceServer startMutual(String... settings) throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of(
                "tls.mode",
                "required",
                "tls.client-auth",
                "required",
                "tls.trust-file",
                authority.certificate().toString()));
    all.addAll(List.of(settings));
    return start(all.toArray(String[]::new));
  }

  private MillraceServer start(String... settings) throws Exception {
    Map<String, String> all = new HashMap<>();
    all.put("storage.data-dir", directory.resolve("data").toString());
    all.put("network.port", "0");
    all.put("admin.port", "0");
    all.put("tls.certificate-file", file("server.pem").toString());
    all.put("tls.key-file", file("server-key.pem").toString());
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    return MillraceServer.start(ServerConfig.of(all));
  }

  private MillraceConnectionFactory factory(MillraceServer running, String options) {
    MillraceConnectionFactory factory =
        new MillraceConnectionFactory(
            "millrace://127.0.0.1:" + running.port() + "?tls=true" + options);
    factory.setTrustFile(authority.certificate().toString());
    return factory;
  }

  private Map<String, Object> kafka(MillraceServer running, String... settings) throws Exception {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", "127.0.0.1:" + running.port());
    config.put("security.protocol", "SSL");
    config.put("ssl.truststore.type", "PEM");
    config.put("ssl.truststore.certificates", Files.readString(authority.certificate()));
    for (int i = 0; i < settings.length; i += 2) {
      config.put(settings[i], settings[i + 1]);
    }
    return config;
  }

  private KafkaProducer<byte[], byte[]> producer(MillraceServer running, String... settings)
      throws Exception {
    return new KafkaProducer<>(
        kafka(running, settings), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static ProducerRecord<byte[], byte[]> record(byte[] value) {
    return new ProducerRecord<>("orders", value);
  }

  private void produce(MillraceServer running, List<byte[]> values) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer(running)) {
      for (byte[] value : values) {
        producer.send(record(value)).get();
      }
    }
  }

  private List<byte[]> read(MillraceServer running, int count) throws Exception {
    Map<String, Object> config =
        kafka(running, "auto.offset.reset", "earliest", "max.partition.fetch.bytes", "20000000");
    List<byte[]> read = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition("orders", 0)));
      while (read.size() < count) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
          read.add(each.value());
        }
      }
    }
    return read;
  }

  private static List<byte[]> values(int count, int size) {
    Random random = new Random(7);
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] value = new byte[size];
      random.nextBytes(value);
      values.add(value);
    }
    return values;
  }
}
