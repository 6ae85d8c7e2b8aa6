package io.millrace.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.config.ConfigException;
import io.millrace.server.config.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MillraceServerTest {
  @TempDir private Path directory = Path.of("");

  private ServerConfig config(String... settings) {
    Map<String, String> all = new java.util.HashMap<>();
    all.put("storage.data-dir", directory.toString());
    all.put("network.port", "0");
    all.put("admin.port", "0");
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    return ServerConfig.of(all);
  }

  @Test
  void acceptsConnectionsWhenItHasStartedAndNoneWhenItHasClosed() throws Exception {
    int port;
    try (MillraceServer server = MillraceServer.start(config())) {
      port = server.port();
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(socket.isConnected()).isTrue();
      }
      assertThat(server.readyLine())
          .matches("ready millrace://127\\.0\\.0\\.1:" + port + " .*pid=\\d+");
    }
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port))
        .isInstanceOf(IOException.class);
  }

  @Test
  void saysWhereItRunsWhileItRuns() throws Exception {
    try (MillraceServer server = MillraceServer.start(config())) {
      RunFile run = RunFile.read(directory).orElseThrow();
      assertThat(run.nativeUri()).endsWith(":" + server.port());
      assertThat(run.process()).contains(ProcessHandle.current());
    }
    assertThat(RunFile.read(directory)).isEmpty();
  }

  @Test
  void showsLimitsOfTransactionsAndGroupsAsSettingsOfTheBroker() throws Exception {
    ServerConfig config =
        config(
            "transactions.max-timeout-ms", "123456",
            "groups.consumer-max-size", "77",
            "groups.share-max-size", "88",
            "groups.share-heartbeat-interval-ms", "4321");
    ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
    try (MillraceServer server = MillraceServer.start(config);
        Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + server.port()))) {
      Config shown =
          Objects.requireNonNull(admin.describeConfigs(List.of(broker)).all().get().get(broker));

      Map<String, String> values = new HashMap<>();
      shown.entries().forEach(entry -> values.put(entry.name(), entry.value()));
      assertThat(values)
          .containsEntry("transaction.max.timeout.ms", "123456")
          .containsEntry("group.consumer.max.size", "77")
          .containsEntry("group.consumer.assignors", "uniform,range")
          .containsEntry("group.share.max.size", "88")
          .containsEntry("group.share.assignors", "simple")
          .containsEntry("group.share.heartbeat.interval.ms", "4321")
          .containsKeys(
              "group.consumer.migration.policy",
              "group.consumer.session.timeout.ms",
              "group.consumer.heartbeat.interval.ms",
              "group.share.session.timeout.ms",
              "group.share.record.lock.duration.ms",
              "group.share.delivery.count.limit",
              "group.share.partition.max.record.locks");
      assertThat(shown.entries()).allMatch(ConfigEntry::isReadOnly);
    }
  }

  @Test
  void tellsAdministratorsWhereTheDataIsAndHowMuchSpaceThereIs() throws Exception {
    try (MillraceServer server = MillraceServer.start(config());
        Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + server.port()))) {
      Map<String, LogDirDescription> found =
          Objects.requireNonNull(admin.describeLogDirs(List.of(1)).allDescriptions().get().get(1));

      assertThat(found).containsOnlyKeys(directory.toAbsolutePath().toString());
      LogDirDescription described = found.values().iterator().next();
      assertThat(described.totalBytes().orElseThrow()).isPositive();
      assertThat(described.usableBytes().orElseThrow())
          .isBetween(1L, described.totalBytes().orElseThrow());
    }
  }

  @Test
  void startsAgainOnTheDirectoryOfAnEarlierServer() throws Exception {
    MillraceServer.start(config()).close();

    try (MillraceServer server = MillraceServer.start(config())) {
      assertThat(server.port()).isPositive();
    }
  }

  @Test
  void refusesADirectoryThatAnotherServerHasOpen() throws Exception {
    try (MillraceServer first = MillraceServer.start(config())) {
      assertThatThrownBy(() -> MillraceServer.start(config()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use by another server");
      assertThat(RunFile.read(directory).orElseThrow().nativeUri())
          .as("the first server's note stays")
          .endsWith(":" + first.port());
    }
  }

  @Test
  void refusesToListenBeyondLoopbackUnlessItIsToldTo() throws Exception {
    assertThatThrownBy(() -> MillraceServer.start(config("network.host", "0.0.0.0")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("network.host = 0.0.0.0")
        .hasMessageContaining("network.allow-insecure-bind=true");
    assertThatThrownBy(
            () -> MillraceServer.start(config("network.host", "0.0.0.0", "auth.mode", "required")))
        .as("passwords that may be read along the way")
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("set tls.mode to required");
    assertThatThrownBy(() -> MillraceServer.start(config("admin.host", "0.0.0.0")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("admin.host = 0.0.0.0");

    try (MillraceServer server =
        MillraceServer.start(
            config("network.host", "0.0.0.0", "network.allow-insecure-bind", "true"))) {
      assertThat(server.readyLine()).startsWith("ready millrace://127.0.0.1:" + server.port());
    }
  }

  @Test
  void saysWhichPortIsTakenAndLeavesNothingRunning() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertThatThrownBy(() -> MillraceServer.start(config("network.port", port)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot listen on 127.0.0.1:" + port);
    }
    MillraceServer.start(config()).close();
  }

  @Test
  void saysSoWhenTheDataDirectoryIsAFile() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "x");

    assertThatThrownBy(() -> MillraceServer.start(config("storage.data-dir", file.toString())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not a directory");
  }
}
