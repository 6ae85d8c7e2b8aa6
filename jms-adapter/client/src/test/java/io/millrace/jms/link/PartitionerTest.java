package io.millrace.jms.link;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
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
      assertThat(Partitioner.ofSession(-i, 7)).isBetween(0, 6);
    }
  }
}
