package io.millrace.jms.link;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartitionerTest {
  /** Hashes that Kafka's clients compute. */
  private static final Map<String, Integer> KNOWN =
      Map.of(
          "21", -973932308,
          "foobar", -790332482,
          "a-little-bit-long-string", -985981536,
          "a-little-bit-longer-string", -1486304829,
          "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971,
          "abc", 479470107);

  @Test
  void hashesKeysAsKafkaDoes() {
    KNOWN.forEach(
        (key, hash) ->
            assertThat(Partitioner.murmur2(key.getBytes(UTF_8))).as(key).isEqualTo(hash));
  }

  @Test
  void staysWithinThePartitions() {
    for (int i = 0; i < 1000; i++) {
      assertThat(Partitioner.ofKey(("key" + i).getBytes(UTF_8), 7)).isBetween(0, 6);
      assertThat(Partitioner.ofPlace(-i, 7)).isBetween(0, 6);
    }
  }

  @Test
  void spreadsTheSessionsOfAConnectionAndTheFirstOnesOfConnections() {
    UUID connection = UUID.fromString("5f3f5b9c-6d1e-4c0e-9a53-1c7f6f0f9a11");
    assertThat(
            IntStream.range(1, 8)
                .map(id -> Partitioner.ofPlace(Partitioner.placeOf(connection, id), 7)))
        .doesNotHaveDuplicates();
    Random random = new Random(1);
    assertThat(
            IntStream.range(0, 100)
                .map(
                    i ->
                        Partitioner.ofPlace(
                            Partitioner.placeOf(new UUID(random.nextLong(), random.nextLong()), 1),
                            7))
                .distinct())
        .hasSize(7);
  }
}
