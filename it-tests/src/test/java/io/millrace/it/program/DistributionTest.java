package io.millrace.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.Program.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionTest {
  @TempDir private Path directory = Path.of("");
  private Distribution millrace;
  private String data;

  @BeforeEach
  void link() throws Exception {
    millrace = Distribution.linkedFrom(directory.resolve("a place with spaces"));
    data = directory.resolve("the data").toString();
  }

  @AfterEach
  void stop() throws Exception {
    millrace.run("stop", "--data", data, "--force");
  }

  private Outcome start() throws Exception {
    return millrace
        .run("start", "--data", data, "--port", "0", "--http-port", "0", "--background")
        .successful();
  }

  @Test
  void aServerInTheBackgroundServesUntilItIsStopped() throws Exception {
    assertThat(start().out())
        .matches("ready millrace://127\\.0\\.0\\.1:\\d+ http://127\\.0\\.0\\.1:\\d+ pid=\\d+\\s");
    assertThat(millrace.run("status", "--data", data).successful().out())
        .contains("millrace://127.0.0.1:");

    millrace.run("stop", "--data", data).successful();

    assertThat(millrace.run("status", "--data", data).exitCode()).isEqualTo(3);
  }

  @Test
  void aStartThatTakesLongerThanAskedForIsLeftToGoOn() throws Exception {
    Outcome impatient =
        millrace.run(
            "start",
            "--data",
            data,
            "--port",
            "0",
            "--http-port",
            "0",
            "--background",
            "--timeout",
            "0");

    assertThat(impatient.exitCode()).isEqualTo(1);
    assertThat(impatient.err()).contains("not ready after 0 s").contains("console.log");
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> millrace.run("status", "--data", data).exitCode() == 0);
  }

  @Test
  void aSecondServerOnTheSameDirectoryIsRefusedWithAReason() throws Exception {
    start();

    Outcome second =
        millrace.run("start", "--data", data, "--port", "0", "--http-port", "0", "--background");

    assertThat(second.exitCode()).isEqualTo(1);
    assertThat(second.err()).contains("in use by another server");
    millrace.run("status", "--data", data).successful();
  }

  @Test
  void queuesAreMadeUsedAndDeletedFromTheCommandLine() throws Exception {
    start();

    millrace.run("queue", "create", "orders", "--data", data).successful();
    assertThat(millrace.run("queue", "list", "--data", data).successful().out()).contains("orders");
    millrace.run("send", "orders", "first order", "--data", data).successful();
    assertThat(
            millrace
                .run("tail", "orders", "--offset", "0", "--count", "1", "--data", data)
                .successful()
                .out())
        .contains("first order");
    assertThat(
            millrace
                .run("queue", "describe", "orders", "--json", "--data", data)
                .successful()
                .out())
        .contains("\"endOffset\":1");
    millrace.run("queue", "delete", "orders", "--yes", "--data", data).successful();
    assertThat(millrace.run("queue", "describe", "orders", "--data", data).exitCode()).isEqualTo(4);
  }

  @Test
  void theTailOfATopicShowsAllItsPartitions() throws Exception {
    start();
    millrace.run("topic", "create", "events", "--partitions", "3", "--data", data).successful();
    for (String key : List.of("a", "b", "c", "d", "e", "f")) {
      millrace
          .run("send", "events", "of " + key, "--record", "--key", key, "--data", data)
          .successful();
    }

    String shown =
        millrace
            .run("tail", "events", "--offset", "0", "--count", "6", "--data", data)
            .successful()
            .out();

    assertThat(shown.lines()).hasSize(6).allMatch(line -> line.matches("[0-2]:\\d+  .*"));
    assertThat(
            millrace
                .run("tail", "events", "--offset", "0", "--count", "1", "--json", "--data", data)
                .successful()
                .out())
        .contains("\"partition\":");
    assertThat(shown).contains("of a", "of b", "of c", "of d", "of e", "of f");
  }

  @Test
  void messagesAreFoundAgainAfterARestart() throws Exception {
    start();
    millrace.run("queue", "create", "orders", "--data", data).successful();
    millrace.run("send", "orders", "kept", "--data", data).successful();
    millrace.run("stop", "--data", data).successful();

    start();

    assertThat(
            millrace
                .run("tail", "orders", "--offset", "0", "--count", "1", "--data", data)
                .successful()
                .out())
        .contains("kept");
  }

  @Test
  void theAdminApiIsClosedToThoseWithoutTheToken() throws Exception {
    start();

    assertThat(millrace.run("queue", "list", "--data", data, "--token", "not-the-token").exitCode())
        .isEqualTo(5);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(Path.of(data, "admin-token"))))
        .isEqualTo("rw-------");
  }

  @Test
  void theClientDirectoryHoldsAllThatAJmsApplicationNeeds() throws Exception {
    Path client = Distribution.home().resolve("client");

    assertThat(client.toFile().list())
        .allMatch(name -> name.endsWith(".jar"))
        .hasSize(2)
        .anyMatch(name -> name.startsWith("millrace-jms-client-"))
        .anyMatch(name -> name.startsWith("jakarta.jms-api-"));
  }
}
