package io.millrace.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.Program;
import io.millrace.it.support.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** KafkaJS, in Node. */
final class KafkaJsTest {
  private static final Path SOURCES = Path.of("src", "test", "kafkajs");
  private static final Path INSTALLED = Path.of("target", "kafkajs");
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  @TempDir Path directory;

  @Test
  void producesConsumesAndAdministers() throws Exception {
    install();
    try (ServerProcess server = ServerProcess.start(directory)) {
      Program.Outcome outcome =
          Program.run(
              TIMEOUT,
              List.of("node", INSTALLED.resolve("client.mjs").toString(), server.bootstrap()));

      assertThat(outcome.successful().out())
          .contains("created", "sent 100", "read 100 in order", "offset 100", "deleted");
    }
  }

  private static void install() throws Exception {
    Files.createDirectories(INSTALLED);
    for (String file : List.of("package.json", "package-lock.json", "client.mjs")) {
      Files.copy(
          SOURCES.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    if (!Files.isDirectory(INSTALLED.resolve("node_modules").resolve("kafkajs"))) {
      Program.run(
              TIMEOUT,
              List.of(
                  "npm",
                  "ci",
                  "--prefix",
                  INSTALLED.toString(),
                  "--ignore-scripts",
                  "--no-audit",
                  "--no-fund"))
          .successful();
    }
  }
}
