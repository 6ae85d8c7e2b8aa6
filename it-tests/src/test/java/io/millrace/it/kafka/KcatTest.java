package io.millrace.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.DebianPackage;
import io.millrace.it.support.Program;
import io.millrace.it.support.Program.Outcome;
import io.millrace.it.support.ServerProcess;
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

/** librdkafka, through kcat. */
final class KcatTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static ServerProcess server;

  @BeforeAll
  static void start() throws Exception {
    DebianPackage.require("kcat", "kcat");
    server = ServerProcess.start(directory);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
  void carriesKeysAndValuesInEveryCompression(String codec) throws Exception {
    String topic = "coded-" + codec;
    kcat("k1:a\nk2:b\n", "-P", "-t", topic, "-K:", "-z", codec);

    Outcome read = kcat("", "-C", "-t", topic, "-K:", "-o", "beginning", "-e", "-q");

    assertThat(read.out()).isEqualTo("k1:a\nk2:b\n");
  }

  @Test
  void producesIdempotentlyWithHeaders() throws Exception {
    kcat(
        "one\ntwo\nthree\n",
        "-P",
        "-t",
        "idempotent",
        "-H",
        "origin=kcat",
        "-X",
        "enable.idempotence=true");

    Outcome read =
        kcat("", "-C", "-t", "idempotent", "-o", "beginning", "-e", "-q", "-f", "%o %s %h\n");

    assertThat(read.out()).isEqualTo("0 one origin=kcat\n1 two origin=kcat\n2 three origin=kcat\n");
  }

  @Test
  void readsAsAGroupAndGoesOnWhereItWas() throws Exception {
    kcat("one\ntwo\n", "-P", "-t", "grouped");
    String[] group = {"-G", "readers", "-e", "-q", "-X", "auto.offset.reset=earliest", "grouped"};

    assertThat(kcat("", group).out()).isEqualTo("one\ntwo\n");
    kcat("three\n", "-P", "-t", "grouped");
    assertThat(kcat("", group).out()).isEqualTo("three\n");
  }

  @Test
  void findsOffsetsByTimeAndListsTopics() throws Exception {
    kcat("one\n", "-P", "-t", "listed");

    assertThat(kcat("", "-Q", "-t", "listed:0:-1").out()).contains("listed [0] offset 1");
    assertThat(kcat("", "-Q", "-t", "listed:0:1000").out()).contains("listed [0] offset 0");
    assertThat(kcat("", "-L").out()).contains("1 brokers", "topic \"listed\" with 1 partitions");
  }

  private static Outcome kcat(String input, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("kcat", "-b", server.bootstrap()));
    command.addAll(List.of(arguments));
    return Program.run(TIMEOUT, command, input).successful();
  }
}
