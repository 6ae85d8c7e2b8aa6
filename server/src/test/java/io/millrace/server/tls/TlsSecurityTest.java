package io.millrace.server.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.kernel.Clock;
import io.millrace.kernel.ThreadedAgents;
import io.millrace.server.net.NetConfig;
import io.millrace.server.net.NetListener;
import io.millrace.server.net.TransportSecurity;
import io.millrace.server.testing.TestAuthority;
import io.millrace.server.testing.TestCertificate;
import io.millrace.server.testing.Warnings;
import io.millrace.server.tls.TlsOptions.ClientCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A port with TLS, and clients of every kind. */
@Timeout(120)
final class TlsSecurityTest {
  private static final String LOG = "io.millrace.server.net";
  private static final int TIMEOUT_MS = 30_000;

  @TempDir private static Path shared = Path.of("");

  @SuppressWarnings("NullAway.Init")
  private static TestAuthority authority;

  @SuppressWarnings("NullAway.Init")
  private static TestCertificate server;

  @SuppressWarnings("NullAway.Init")
  private static TestCertificate billing;

  @SuppressWarnings("NullAway.Init")
  private static TestCertificate stranger;

  @TempDir private Path directory = Path.of("");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ThreadedAgents agents = new ThreadedAgents(Clock.SYSTEM);
  private final NamingDoor door = new NamingDoor();
  private @Nullable NetListener listener;
  private boolean allowsPlain;
  private ClientCertificates clientCertificates = ClientCertificates.NONE;
  private List<String> protocols = List.of("TLSv1.3", "TLSv1.2");
  private String rules = "DEFAULT";
  private int maxHandshakes = 100;
  private long handshakeMs = 20_000;

  @BeforeAll
  static void makeCertificates() throws Exception {
    authority = new TestAuthority(shared, "authority");
    server = authority.server("CN=server");
    billing = authority.sign("CN=billing,O=Acme");
    stranger = new TestAuthority(shared, "elsewhere").sign("CN=billing,O=Acme");
  }

  @BeforeEach
  void writeFiles() throws Exception {
    server.writeTo(certificates(), key());
  }

  @AfterEach
  void close() {
    if (listener != null) {
      listener.close();
    }
    agents.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void servesClientsOfBothVersions(String version) throws Exception {
    start();

    try (TlsClient client = connect(Optional.empty(), version)) {
      assertThat(client.ask("hello")).isEqualTo("nobody: hello");
      assertThat(client.version()).isEqualTo(version);
      assertThat(client.certificate().getSubjectX500Principal()).hasToString("CN=server");
    }
    assertThat(count("millrace.tls.handshakes")).isEqualTo(1);
    assertThat(count("millrace.tls.handshakes.failed")).isZero();
  }

  @Test
  void refusesAVersionThatIsNotConfigured() throws Exception {
    protocols = List.of("TLSv1.3");
    start();

    assertThatThrownBy(() -> connect(Optional.empty(), "TLSv1.2")).isInstanceOf(SSLException.class);
    awaitFailed(1);
  }

  @Test
  void saysThatAClientSpeaksNoTlsAndClosesIt() throws Exception {
    start();

    try (Warnings warnings = new Warnings(LOG);
        Socket socket = plain()) {
      socket.getOutputStream().write("plain".getBytes(US_ASCII));

      assertThat(isClosedByServer(socket)).isTrue();
      assertThat(warnings.lines())
          .singleElement()
          .asString()
          .contains(
              "from /127.0.0.1:",
              "was refused a TLS connection: it does not speak TLS",
              "it begins with 706c61696e");
    }
    assertThat(count("millrace.connections.refused")).isEqualTo(1);
    assertThat(door.opened()).isZero();
  }

  @Test
  void logsOneLineForManyFailedHandshakesAndCountsThemAll() throws Exception {
    start();

    try (Warnings warnings = new Warnings(LOG)) {
      for (int i = 0; i < 20; i++) {
        try (Socket socket = plain()) {
          socket.getOutputStream().write("plain".getBytes(US_ASCII));
          assertThat(isClosedByServer(socket)).isTrue();
        }
      }

      awaitFailed(20);
      assertThat(warnings.lines()).hasSizeBetween(1, 3);
    }
  }

  @Test
  void servesPlainAndTlsOnOnePortWhereThatIsAllowed() throws Exception {
    allowsPlain = true;
    start();

    try (TlsClient client = connect(Optional.empty(), "TLSv1.3");
        Socket socket = plain()) {
      assertThat(client.ask("one")).isEqualTo("nobody: one");
      assertThat(TlsClient.ask(socket, "two")).isEqualTo("nobody: two");
    }
  }

  @Test
  void knowsClientsByTheirCertificates() throws Exception {
    clientCertificates = ClientCertificates.REQUIRED;
    rules = "RULE:^CN=(.*?),.*$/$1/";
    start();

    try (TlsClient client = connect(Optional.of(billing), "TLSv1.3")) {
      assertThat(client.ask("hello")).isEqualTo("billing: hello");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void refusesClientsWithoutACertificateWhereOneIsRequired(String version) throws Exception {
    clientCertificates = ClientCertificates.REQUIRED;
    start();

    assertThat(warningOfFailed(Optional.empty(), version))
        .contains("it shows no certificate, which tls.client-auth asks for");
    assertThat(door.opened()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"REQUESTED", "REQUIRED"})
  void refusesCertificatesOfStrangers(ClientCertificates kind) throws Exception {
    clientCertificates = kind;
    start();

    assertThat(warningOfFailed(Optional.of(stranger), "TLSv1.3"))
        .contains("its certificate is not accepted with tls.trust-file");
    assertThat(door.opened()).isZero();
  }

  @Test
  void servesClientsWithoutACertificateWhereOneIsOnlyRequested() throws Exception {
    clientCertificates = ClientCertificates.REQUESTED;
    start();

    try (TlsClient anonymous = connect(Optional.empty(), "TLSv1.3");
        TlsClient named = connect(Optional.of(billing), "TLSv1.2")) {
      assertThat(anonymous.ask("a")).isEqualTo("nobody: a");
      assertThat(named.ask("b")).isEqualTo("CN=billing,O=Acme: b");
    }
  }

  @Test
  void refusesClientsToWhoseCertificateNoRuleApplies() throws Exception {
    clientCertificates = ClientCertificates.REQUIRED;
    rules = "RULE:^CN=admin$/root/";
    start();

    assertThat(warningOfFailed(Optional.of(billing), "TLSv1.3"))
        .contains("no rule of tls.principal-mapping applies to CN=billing,O=Acme");
    assertThat(door.opened()).isZero();
  }

  @Test
  void saysThatAClientDoesNotAcceptTheServersCertificate() throws Exception {
    start();

    try (Warnings warnings = new Warnings(LOG)) {
      TestAuthority other = new TestAuthority(directory, "other");
      assertThatThrownBy(
              () -> new TlsClient(port(), other.certificate(), Optional.empty(), "TLSv1.3"))
          .isInstanceOf(SSLException.class);

      awaitFailed(1);
      assertThat(warnings.lines())
          .singleElement()
          .asString()
          .contains("it does not accept this server's certificate");
    }
  }

  @Test
  void closesHandshakesThatDoNotEnd() throws Exception {
    handshakeMs = 300;
    start();

    try (Warnings warnings = new Warnings(LOG);
        Socket socket = plain()) {
      // The beginning of a hello, and a byte now and then.
      socket.getOutputStream().write(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});
      long begun = System.nanoTime();
      boolean closed = false;
      while (!closed && System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(20)) {
        socket.setSoTimeout(50);
        try {
          closed = socket.getInputStream().read() < 0;
          socket.getOutputStream().write(0);
        } catch (java.net.SocketTimeoutException notYet) {
          socket.getOutputStream().write(0);
        } catch (IOException reset) {
          closed = true;
        }
      }

      assertThat(closed).isTrue();
      assertThat(warnings.lines())
          .singleElement()
          .asString()
          .contains("its handshake has not ended within 300 ms");
    }
    awaitFailed(1);
    await().until(() -> registry.get("millrace.connections").gauge().value() == 0);
  }

  @Test
  void closesConnectionsWhenTooManyHandshakesAreUnderWay() throws Exception {
    maxHandshakes = 2;
    start();

    try (Warnings warnings = new Warnings(LOG);
        Socket first = plain();
        Socket second = plain();
        Socket third = plain()) {
      byte[] beginning = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
      for (Socket each : List.of(first, second, third)) {
        each.getOutputStream().write(beginning);
      }
      awaitFailed(1);
      assertThat(warnings.lines())
          .singleElement()
          .asString()
          .contains("2 handshakes are under way already");
    }
    awaitFailed(3);
    try (TlsClient client = connect(Optional.empty(), "TLSv1.3")) {
      assertThat(client.ask("alive")).isEqualTo("nobody: alive");
    }
    assertThat(door.opened()).isEqualTo(1);
  }

  @Test
  void closesConnectionsThatSendGarbageForTls() throws Exception {
    start();

    try (Socket socket = plain()) {
      byte[] garbage = new byte[2_000];
      garbage[0] = 0x16;
      garbage[1] = 3;
      garbage[3] = 4;
      socket.getOutputStream().write(garbage);

      assertThat(isClosedByServer(socket)).isTrue();
    }
    awaitFailed(1);
    try (TlsClient client = connect(Optional.empty(), "TLSv1.3")) {
      assertThat(client.ask("alive")).isEqualTo("nobody: alive");
    }
  }

  @Test
  void usesANewCertificateForNewConnectionsWhileOldOnesGoOn() throws Exception {
    start();

    try (TlsClient before = connect(Optional.empty(), "TLSv1.3")) {
      assertThat(before.ask("one")).isEqualTo("nobody: one");
      authority.server("CN=renewed").writeTo(certificates(), key());
      await().atMost(30, TimeUnit.SECONDS).until(() -> count("millrace.tls.reloads") == 1);

      try (TlsClient after = connect(Optional.empty(), "TLSv1.3")) {
        assertThat(after.certificate().getSubjectX500Principal()).hasToString("CN=renewed");
        assertThat(after.ask("two")).isEqualTo("nobody: two");
      }
      assertThat(before.ask("three")).isEqualTo("nobody: three");
    }
  }

  @Test
  void survivesAClientThatLeavesInTheMiddleOfItsHandshake() throws Exception {
    start();

    try (Warnings warnings = new Warnings(LOG)) {
      try (Socket socket = plain()) {
        socket.getOutputStream().write(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});
      }
      awaitFailed(1);
      assertThat(warnings.lines())
          .singleElement()
          .asString()
          .contains("it closed the connection before the handshake had ended");
    }
  }

  /** What the log says of a client that is not let in. */
  private String warningOfFailed(Optional<TestCertificate> shown, String version) throws Exception {
    try (Warnings warnings = new Warnings(LOG)) {
      // In TLS 1.3 a client may learn only from its first read that it is not let in.
      assertThatThrownBy(
              () -> {
                try (TlsClient client = connect(shown, version)) {
                  client.ask("let me in");
                }
              })
          .isInstanceOf(IOException.class);
      awaitFailed(1);
      assertThat(warnings.lines()).hasSize(1);
      return warnings.lines().get(0);
    }
  }

  private void awaitFailed(int times) {
    await()
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> count("millrace.tls.handshakes.failed") == times);
  }

  private double count(String name) {
    return registry.get(name).counter().count();
  }

  private Path certificates() {
    return directory.resolve("server.pem");
  }

  private Path key() {
    return directory.resolve("server-key.pem");
  }

  private void start() throws Exception {
    boolean asks = clientCertificates != ClientCertificates.NONE;
    TransportSecurity security =
        new TlsSecurity(
            new TlsOptions(
                allowsPlain,
                new TlsPaths(
                    Optional.of(certificates()),
                    Optional.of(key()),
                    Optional.empty(),
                    Optional.empty(),
                    asks ? Optional.of(authority.certificate()) : Optional.empty()),
                clientCertificates,
                protocols,
                rules,
                maxHandshakes,
                handshakeMs,
                100),
            registry,
            agents);
    NetListener started =
        new NetListener(NetConfig.DEFAULT, security, List.of(door), registry, agents);
    started.start();
    listener = started;
  }

  private int port() {
    NetListener running = listener;
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    return running.port();
  }

  private TlsClient connect(Optional<TestCertificate> shown, String version) throws Exception {
    return new TlsClient(port(), authority.certificate(), shown, version);
  }

  private Socket plain() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout(TIMEOUT_MS);
    return socket;
  }

  private static boolean isClosedByServer(Socket socket) throws IOException {
    try {
      socket.getInputStream().readAllBytes(); // an alert at most
      return true;
    } catch (java.net.SocketException reset) {
      return true;
    }
  }
}
