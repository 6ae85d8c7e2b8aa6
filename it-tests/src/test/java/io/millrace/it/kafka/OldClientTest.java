package io.millrace.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.JavaCommand;
import io.millrace.it.support.Program;
import io.millrace.it.support.ServerProcess;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java client of the last version before 4, in a process with only its own libraries. */
final class OldClientTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  @TempDir Path directory;

  @Test
  void producesConsumesAndAdministers() throws Exception {
    String classPath =
        Path.of("target", "test-classes").toAbsolutePath()
            + File.pathSeparator
            + JavaCommand.collected("kafka-clients-old");
    try (ServerProcess server = ServerProcess.start(directory)) {
      Program.Outcome outcome =
          Program.run(
              TIMEOUT,
              JavaCommand.of(classPath, ClientProgram.class.getName(), server.bootstrap()));

      assertThat(outcome.successful().out())
          .contains(
              "client 3.9",
              "sent 1000",
              "read 1000 in order",
              "committed 1000",
              "read committed 100",
              "in the transaction 5",
              "deleted");
    }
  }
}
