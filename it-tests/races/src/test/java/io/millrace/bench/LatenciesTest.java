package io.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

/**
 * {@link Latencies} under two threads of the machine: a percentile walks too many buckets for the
 * model checker, which takes that for a loop without end.
 */
class LatenciesTest {
  private static final int EACH = 1_000_000;

  @Test
  void countsEveryDurationWhateverThreadBringsIt() throws Exception {
    // given
    Latencies latencies = new Latencies();
    CyclicBarrier start = new CyclicBarrier(2);

    // when
    Thread other = new Thread(() -> add(latencies, start));
    other.start();
    add(latencies, start);
    other.join();
    for (int i = 0; i < 2 * EACH; i++) {
      latencies.add(50);
    }

    // then: were a single short one lost, the half would not be full
    assertThat(latencies.percentileUs(0.5)).isEqualTo(0.01);
  }

  private static void add(Latencies latencies, CyclicBarrier start) {
    try {
      start.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    for (int i = 0; i < EACH; i++) {
      latencies.add(10);
    }
  }
}
