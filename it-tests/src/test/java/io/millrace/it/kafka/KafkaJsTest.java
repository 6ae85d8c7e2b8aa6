package io.millrace.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.NodeProgram;
import io.millrace.it.support.ServerProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients written in JavaScript, in Node. */
final class KafkaJsTest {
  @TempDir Path directory;

  @Test
  void kafkaJsProducesConsumesAndAdministers() throws Exception {
    try (ServerProcess server = ServerProcess.start(directory)) {
      assertThat(NodeProgram.run("kafkajs", server.bootstrap()).successful().out())
          .contains("created", "sent 100", "read 100 in order", "offset 100", "deleted");
    }
  }

  @Test
  void platformaticProducesAlsoInTransactionsAndConsumes() throws Exception {
    try (ServerProcess server = ServerProcess.start(directory)) {
      assertThat(NodeProgram.run("platformatic", server.bootstrap()).successful().out())
          .contains(
              "created",
              "sent 100",
              "platformatic-readers read 100 in order",
              "new-protocol-readers read 100 in order",
              "deleted");
    }
  }
}
