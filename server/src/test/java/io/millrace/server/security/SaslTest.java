package io.millrace.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.DuplicateResourceException;
import org.apache.kafka.common.errors.ResourceNotFoundException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.UnacceptableCredentialException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kafka's own clients log in, or fail to. */
@Timeout(120)
final class SaslTest {
  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningSecurity server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningSecurity(directory, "auth.max-session-ms", "2s");
    server.add("alice");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static int nodes(Map<String, Object> config) throws Exception {
    try (Admin admin = Admin.create(config)) {
      return admin.describeCluster().nodes().get(30, TimeUnit.SECONDS).size();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"})
  void letsInWhoKnowsThePasswordAndNobodyElse(String mechanism) throws Exception {
    assertThat(nodes(server.client(mechanism, "alice", "alice-secret"))).isEqualTo(1);

    assertRefused(mechanism, "alice", "wrong");
    assertRefused(mechanism, "nobody", "alice-secret");
    assertThat(server.metrics())
        .contains("millrace_logins_total{door=\"kafka\",mechanism=\"" + mechanism + "\"}")
        .contains(
            "millrace_logins_failed_total{door=\"kafka\",mechanism=\""
                + mechanism
                + "\",reason=\"credentials\"} 2.0");
  }

  private void assertRefused(String mechanism, String user, String password) {
    assertThatThrownBy(() -> nodes(server.client(mechanism, user, password)))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(SaslAuthenticationException.class)
        .hasMessageContaining("user name or password is wrong");
  }

  @Test
  void refusesMechanismsThatAreNotOffered() throws Exception {
    server.close();
    server = new RunningSecurity(directory, "auth.mechanisms", "SCRAM-SHA-512");
    assertThatThrownBy(() -> nodes(server.client("PLAIN", "alice", "alice-secret")))
        .hasCauseInstanceOf(UnsupportedSaslMechanismException.class);
    assertThat(nodes(server.client("alice"))).isEqualTo(1);
  }

  @Test
  void whereLoginsAreOptionalOthersAreAnonymous() throws Exception {
    server.close();
    server = new RunningSecurity(directory, "auth.mode", "optional", "acl.mode", "on");
    Map<String, Object> anonymous = Map.of("bootstrap.servers", "127.0.0.1:" + server.port());
    assertThat(nodes(anonymous)).isEqualTo(1);
    assertThat(nodes(server.client("alice"))).isEqualTo(1);
    assertRefused("SCRAM-SHA-512", "alice", "wrong");
  }

  @Test
  void afterAChangeOnlyTheNewPasswordHoldsAlsoAfterARestart() throws Exception {
    server.setPassword("alice", "another");
    assertRefused("SCRAM-SHA-256", "alice", "alice-secret");
    assertThat(nodes(server.client("PLAIN", "alice", "another"))).isEqualTo(1);

    server.restart();
    assertThat(nodes(server.client("SCRAM-SHA-512", "alice", "another"))).isEqualTo(1);

    assertThat(server.run("user", "delete", "alice", "--yes")).isZero();
    assertRefused("SCRAM-SHA-512", "alice", "another");
    server.restart();
    assertRefused("PLAIN", "alice", "another");
  }

  @Test
  void goesOnWhenSessionsEndBecauseClientsLogInAgain() throws Exception {
    try (var producer = server.producer("alice")) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                producer.send(new ProducerRecord<>("topic", "value")).get();
                return kafkaLogins() > 3;
              });
    }
  }

  private double kafkaLogins() throws Exception {
    return server
        .metrics()
        .lines()
        .filter(line -> line.startsWith("millrace_logins_total{door=\"kafka\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Test
  void administersCredentials() throws Exception {
    try (Admin admin = server.admin("alice")) {
      ScramCredentialInfo info = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096);
      admin
          .alterUserScramCredentials(
              List.of(new UserScramCredentialUpsertion("bob", info, "bob-password")))
          .all()
          .get();
      assertThat(nodes(server.client("SCRAM-SHA-256", "bob", "bob-password"))).isEqualTo(1);
      assertThat(nodes(server.client("PLAIN", "bob", "bob-password"))).isEqualTo(1);
      assertRefused("SCRAM-SHA-512", "bob", "bob-password");

      assertThat(admin.describeUserScramCredentials().users().get()).contains("alice", "bob");
      assertThat(
              admin
                  .describeUserScramCredentials(List.of("bob"))
                  .description("bob")
                  .get()
                  .credentialInfos())
          .containsExactly(info);
      assertThatThrownBy(
              () -> admin.describeUserScramCredentials(List.of("eve")).description("eve").get())
          .hasCauseInstanceOf(ResourceNotFoundException.class);

      assertFails(
          admin,
          UnacceptableCredentialException.class,
          new UserScramCredentialUpsertion(
              "bob", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4095), "x"));
      assertFails(
          admin,
          UnacceptableCredentialException.class,
          new UserScramCredentialUpsertion(
              "bob", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 16_385), "x"));
      assertFails(
          admin,
          ResourceNotFoundException.class,
          new UserScramCredentialDeletion("bob", ScramMechanism.SCRAM_SHA_512));
      assertFails(
          admin,
          DuplicateResourceException.class,
          new UserScramCredentialDeletion("bob", ScramMechanism.SCRAM_SHA_256),
          new UserScramCredentialUpsertion("bob", info, "x"));

      admin
          .alterUserScramCredentials(
              List.of(new UserScramCredentialDeletion("bob", ScramMechanism.SCRAM_SHA_256)))
          .all()
          .get();
      assertRefused("PLAIN", "bob", "bob-password");
    }
  }

  private static void assertFails(
      Admin admin, Class<? extends Throwable> error, UserScramCredentialAlteration... alterations) {
    assertThatThrownBy(() -> admin.alterUserScramCredentials(List.of(alterations)).all().get())
        .hasCauseInstanceOf(error);
  }
}
