package io.millrace.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.JavaCommand;
import io.millrace.it.support.Program;
import io.millrace.it.support.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the quickstart shows, with the programs that it runs. */
class ExamplesTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final Path ORDERS = Path.of("..", "examples", "data", "orders.csv");

  @TempDir private Path directory = Path.of("");

  private static String run(ServerProcess server, String program, String... arguments)
      throws Exception {
    List<String> command =
        new ArrayList<>(
            JavaCommand.of(
                JavaCommand.testClassPath(), "io.millrace.examples." + program, arguments));
    command.add(1, "-Djava.naming.provider.url=millrace://127.0.0.1:" + server.port());
    return Program.run(TIMEOUT, command).successful().out();
  }

  @Test
  void ordersThatJmsConsumersAcknowledgedAreReadByKafkaGroupsAndReadAgain() throws Exception {
    try (ServerProcess server = ServerProcess.start(directory)) {
      assertThat(run(server, "OrderSender", ORDERS.toString()))
          .contains("sent 2000 orders", "in 20 transactions");
      assertThat(run(server, "OrderReceiver", "4000"))
          .contains("received and acknowledged 4000 orders", "0 twice");

      assertThat(run(server, "OrderReader", server.bootstrap(), "reports"))
          .contains("group reports read 4000 orders");
      assertThat(run(server, "OrderReader", server.bootstrap(), "audit"))
          .contains("group audit read 4000 orders");
      assertThat(run(server, "OrderReader", server.bootstrap(), "reports"))
          .as("it goes on where it had committed")
          .contains("group reports read 0 orders");
      assertThat(run(server, "OrderReader", server.bootstrap(), "reports", "--rewind"))
          .contains("group reports read 4000 orders");
    }
  }
}
