package io.millrace.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.DebianPackage;
import io.millrace.it.support.JavaCommand;
import io.millrace.it.support.Program;
import io.millrace.it.support.Program.Outcome;
import io.millrace.it.support.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins and access rules as operators use them: our command line, kcat, Kafka's AclCommand. */
final class KafkaLoginTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static ServerProcess server;

  @BeforeAll
  static void start() throws Exception {
    DebianPackage.require("kcat", "kcat");
    server =
        ServerProcess.start(
            directory.resolve("data"),
            "auth.mode=required",
            "acl.mode=on",
            "acl.super-users=User:admin");
    addUser("admin");
    addUser("alice");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void addUser(String name) throws Exception {
    Path password = Files.writeString(directory.resolve(name), passwordOf(name) + "\n");
    Program.run(
            TIMEOUT,
            JavaCommand.of(
                JavaCommand.testClassPath(),
                "io.millrace.server.Main",
                "user",
                "add",
                "--data",
                directory.resolve("data").toString(),
                "--password-file",
                password.toString(),
                name))
        .successful();
  }

  private static String passwordOf(String name) {
    return "secret-of-" + name;
  }

  @ParameterizedTest
  @ValueSource(strings = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"})
  void librdkafkaLogsIn(String mechanism) throws Exception {
    String topic = "by-" + mechanism;
    kcat("a\nb\n", mechanism, "admin", passwordOf("admin"), "-P", "-t", topic).successful();

    Outcome read =
        kcat(
            "",
            mechanism,
            "admin",
            passwordOf("admin"),
            "-C",
            "-t",
            topic,
            "-o",
            "beginning",
            "-e",
            "-q");
    assertThat(read.successful().out()).isEqualTo("a\nb\n");
  }

  @Test
  void aWrongPasswordIsToldSo() throws Exception {
    Outcome refused = kcat("a\n", "SCRAM-SHA-256", "alice", "wrong", "-P", "-t", "orders");

    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.err()).contains("user name or password is wrong");
  }

  @Test
  void kafkasOwnToolGivesAUserWhatItNeeds() throws Exception {
    String[] produce = {"-P", "-t", "given"};
    Outcome before = kcat("a\n", "PLAIN", "alice", passwordOf("alice"), produce);
    assertThat(before.err()).contains("Topic authorization failed");

    String added = acls("--add", "--allow-principal", "User:alice", "--producer", "--topic=given");

    assertThat(added).contains("principal=User:alice", "operation=WRITE");
    assertThat(acls("--list")).contains("resourceType=TOPIC, name=given");
    kcat("a\n", "PLAIN", "alice", passwordOf("alice"), produce).successful();
  }

  private static String acls(String... arguments) throws Exception {
    Path settings = directory.resolve("admin.properties");
    Files.writeString(
        settings,
        """
        security.protocol=SASL_PLAINTEXT
        sasl.mechanism=SCRAM-SHA-512
        sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\
          username="admin" password="%s";
        """
            .formatted(passwordOf("admin")));
    List<String> all =
        new ArrayList<>(
            List.of(
                "--bootstrap-server", server.bootstrap(), "--command-config", settings.toString()));
    all.addAll(List.of(arguments));
    return Program.run(
            TIMEOUT,
            JavaCommand.of(
                JavaCommand.collected("kafka-tools"),
                "org.apache.kafka.tools.AclCommand",
                all.toArray(String[]::new)))
        .successful()
        .out();
  }

  private static Outcome kcat(
      String input, String mechanism, String user, String password, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("kcat", "-b", server.bootstrap()));
    for (String setting :
        List.of(
            "security.protocol=sasl_plaintext",
            "sasl.mechanisms=" + mechanism,
            "sasl.username=" + user,
            "sasl.password=" + password)) {
      command.addAll(List.of("-X", setting));
    }
    command.addAll(List.of(arguments));
    return Program.run(TIMEOUT, command, input);
  }
}
