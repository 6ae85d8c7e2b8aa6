package io.millrace.it.differential;

import io.millrace.it.support.JavaCommand;
import io.millrace.it.support.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Apache Kafka as a process of its own: one node, controller and broker, on free ports. */
final class KafkaNode implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(2);
  private static final String CLUSTER_ID = "AAAAAAAAAAAAAAAAAAAAAQ";

  private final Program program;
  private final int port;

  private KafkaNode(Program program, int port) {
    this.program = program;
    this.port = port;
  }

  /** Starts it on an empty directory, and waits until it serves. */
  static KafkaNode start(Path directory) throws Exception {
    String libraries = JavaCommand.collected("kafka-server");
    int port = freePort();
    Path file = directory.resolve("server.properties");
    Files.write(file, settings(directory, port, freePort()));
    Program.run(
            START,
            JavaCommand.of(
                libraries,
                "kafka.tools.StorageTool",
                "format",
                "-t",
                CLUSTER_ID,
                "-c",
                file.toString()))
        .successful();
    Program program =
        Program.start(JavaCommand.of(libraries, "kafka.Kafka", file.toString()), "", directory);
    return new KafkaNode(program, port);
  }

  private static List<String> settings(Path directory, int port, int controller) {
    return List.of(
        "process.roles=broker,controller",
        "node.id=1",
        "listeners=PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controller,
        "controller.listener.names=CONTROLLER",
        "controller.quorum.voters=1@127.0.0.1:" + controller,
        "log.dirs=" + directory.resolve("data"),
        "offsets.topic.replication.factor=1",
        "offsets.topic.num.partitions=1",
        "transaction.state.log.replication.factor=1",
        "transaction.state.log.min.isr=1",
        "transaction.state.log.num.partitions=1",
        "share.coordinator.state.topic.replication.factor=1",
        "share.coordinator.state.topic.min.isr=1",
        "share.coordinator.state.topic.num.partitions=1",
        "group.initial.rebalance.delay.ms=0");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    program.close();
  }
}
