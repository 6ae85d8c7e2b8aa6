package io.millrace.it.differential;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.it.differential.Differences.Difference;
import io.millrace.it.support.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.protocol.ApiKeys;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Apache Kafka and Millrace are asked the same, in every version that both know, and answer the
 * same, field by field, but for what {@code docs/kafka-differences.md} lists.
 */
final class DifferentialTest {
  private static final List<String> SCRIPTS =
      List.of(
          "topics",
          "records",
          "groups",
          "consumer-groups",
          "shares",
          "quotas",
          "transactions",
          "configs");

  private static final long SETTLE_NS = TimeUnit.MILLISECONDS.toNanos(3000);
  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(10);

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static KafkaNode kafka;

  @SuppressWarnings("NullAway.Init")
  private static ServerProcess millrace;

  @SuppressWarnings("NullAway.Init")
  private static Versions versions;

  @SuppressWarnings("NullAway.Init")
  private static IntendedDifferences intended;

  private static final Set<String> ASKED = new TreeSet<>();

  @BeforeAll
  static void start() throws Exception {
    intended = new IntendedDifferences();
    kafka = KafkaNode.start(Files.createDirectory(directory.resolve("kafka")));
    millrace =
        ServerProcess.start(
            Files.createDirectory(directory.resolve("millrace")),
            "groups.initial-rebalance-delay-ms=0");
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .until(() -> Versions.announced(kafka.port()).containsKey(ApiKeys.PRODUCE));
    versions = Versions.of(kafka.port(), millrace.port());
    // From here on no producer has the id 0, which is also what answers have for no producer.
    Versions.ask(kafka.port(), ApiKeys.INIT_PRODUCER_ID, "{transactionTimeoutMs: 1000}");
    Versions.ask(millrace.port(), ApiKeys.INIT_PRODUCER_ID, "{transactionTimeoutMs: 1000}");
  }

  @AfterAll
  static void stop() {
    if (millrace != null) {
      millrace.close();
    }
    if (kafka != null) {
      kafka.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> answersAreThoseOfKafka() {
    String only = System.getProperty("differential.scripts", "");
    List<String> names = only.isEmpty() ? SCRIPTS : List.of(only.split(","));
    Stream<DynamicTest> scripts =
        names.stream().map(name -> DynamicTest.dynamicTest(name, () -> play(Script.read(name))));
    return only.isEmpty()
        ? Stream.concat(
            scripts,
            Stream.of(
                DynamicTest.dynamicTest(
                    "all versions were asked", () -> assertThat(ASKED).containsAll(versions.all())),
                DynamicTest.dynamicTest(
                    "all that is listed occurs", () -> assertThat(intended.idle()).isEmpty())))
        : scripts;
  }

  private static void play(Script script) throws IOException {
    int runs = script.steps().stream().mapToInt(step -> versions.count(step.api())).max().orElse(0);
    Map<String, Set<Short>> found = new LinkedHashMap<>();
    for (int run = 0; run < runs; run++) {
      try (Peer one = new Peer(kafka.port());
          Peer other = new Peer(millrace.port())) {
        for (Step step : script.steps()) {
          short version = versions.of(step, run);
          boolean again = run >= versions.count(step.api()) && reads(step);
          if (step.existsIn(version) && !(again && step.captures().isEmpty())) {
            String name = script.name() + "/" + step.name();
            for (Difference each : take(step, name, version, run, one, other)) {
              found
                  .computeIfAbsent(
                      "| `%s` | `%s` | `%s` | `%s` | `%s` |"
                          .formatted(step.api(), name, each.path(), each.kafka(), each.millrace()),
                      key -> new TreeSet<>())
                  .add(version);
            }
            ASKED.add(step.api() + " " + version);
          }
        }
      }
    }
    String report =
        found.entrySet().stream()
            .map(each -> each.getKey() + " versions " + each.getValue())
            .collect(Collectors.joining("\n"));
    assertThat(found.isEmpty()).as("not listed:\n%s\n", report).isTrue();
  }

  /** The differences that are not meant. */
  private static List<Difference> take(
      Step step, String name, short version, int run, Peer one, Peer other) throws IOException {
    JsonNode ours = Normalisation.of(other.take(step, version, run), other.captured());
    long end = System.nanoTime() + SETTLE_NS;
    while (true) {
      JsonNode theirs = Normalisation.of(one.take(step, version, run), one.captured());
      Set<Difference> all = Differences.between(theirs, ours);
      List<Difference> unknown =
          all.stream().filter(each -> !intended.lists(step.api().name(), name, each)).toList();
      if (unknown.isEmpty() || !reads(step) || System.nanoTime() - end > 0) {
        all.forEach(each -> intended.occurred(step.api().name(), name, each));
        return unknown;
      }
      // Kafka's broker hears a little later of what its controller has done.
      LockSupport.parkNanos(PAUSE_NS);
      ours = Normalisation.of(other.take(step, version, run), other.captured());
    }
  }

  /** Whether a step may be repeated without changing anything. */
  private static boolean reads(Step step) {
    String api = step.api().name();
    return step.kind() == Step.Kind.ASK
        && (api.startsWith("DESCRIBE_")
            || api.startsWith("LIST_")
            || api.endsWith("_DESCRIBE")
            || api.startsWith("METADATA")
            || api.startsWith("FIND_")
            || api.startsWith("OFFSET_F")
            || api.startsWith("API_")
            || (api.equals("FETCH") && !step.body().contains("sessionId")));
  }
}
