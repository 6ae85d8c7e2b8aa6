package io.millrace.server.door.jms;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LocalProducersTest {
  @Test
  void forgetsTheOldestOnesOfAClientThatAsksForEver() {
    LocalProducers producers = new LocalProducers();
    for (long id = 0; id < 100_000; id++) {
      producers.add(id);
    }

    assertThat(producers.contains(99_999)).isTrue();
    assertThat(producers.contains(100_000 - 65_536)).isTrue();
    assertThat(producers.contains(100_000 - 65_536 - 1)).isFalse();
  }
}
