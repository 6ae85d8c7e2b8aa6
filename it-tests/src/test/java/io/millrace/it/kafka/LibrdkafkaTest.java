package io.millrace.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.DebianPackage;
import io.millrace.it.support.Program;
import io.millrace.it.support.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program in C on librdkafka, as Python's, Go's and .NET's clients are: it sends idempotently,
 * copies in transactions and reads as a group of two members that rebalance cooperatively, and
 * checks that no record is lost or repeated. The server is killed in the middle of each.
 */
@Timeout(400)
final class LibrdkafkaTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final int RECORDS = 4_000;

  @TempDir Path directory;

  @Test
  void losesAndRepeatsNothingAcrossKills() throws Exception {
    Path program = compiled();
    try (ServerProcess server = ServerProcess.start(directory.resolve("data"));
        Program client =
            Program.start(
                List.of(
                    program.toString(),
                    server.bootstrap(),
                    "c-input",
                    "c-output",
                    Integer.toString(RECORDS)))) {
      killIn(server, client, "sending", "sent " + RECORDS);
      killIn(server, client, "copying", "copied " + RECORDS);
      killIn(server, client, "reading", "read " + RECORDS);

      assertThat(client.await(TIMEOUT).successful().out()).contains("read " + RECORDS + "\n");
    }
  }

  /** Kills the server when the program is halfway through one of its parts, and not yet done. */
  private static void killIn(ServerProcess server, Program client, String half, String done)
      throws Exception {
    client.awaitOutput(TIMEOUT, half);
    server.kill();
    assertThat(client.out()).as(client.err()).doesNotContain(done);
    server.startAgain();
  }

  private Path compiled() throws Exception {
    DebianPackage.require("gcc", "gcc");
    DebianPackage.requireFile(Path.of("/usr/include/stdio.h"), "libc6-dev");
    Path header = Path.of("/usr/include/librdkafka/rdkafka.h");
    DebianPackage.requireFile(header, "librdkafka-dev");
    Path source = Path.of("src", "test", "librdkafka", "client.c");
    Path program = directory.resolve("client");
    Program.run(
            TIMEOUT,
            List.of(
                "gcc",
                "-std=gnu11",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-O1",
                "-o",
                program.toString(),
                source.toString(),
                "-lrdkafka"))
        .successful();
    assertThat(Files.isExecutable(program)).isTrue();
    return program;
  }
}
