package io.millrace.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Sequences wrap. */
class SequencesTest {
  @Test
  void zeroFollowsTheGreatest() {
    assertThat(Sequences.plus(Integer.MAX_VALUE, 1)).isZero();
    assertThat(Sequences.follows(Integer.MAX_VALUE, 0)).isTrue();
    assertThat(Sequences.follows(0, Integer.MAX_VALUE)).isFalse();
  }

  @Test
  void whatLiesLessThanHalfTheRangeBehindIsBefore() {
    assertThat(Sequences.isBefore(4, 5)).isTrue();
    assertThat(Sequences.isBefore(5, 5)).isFalse();
    assertThat(Sequences.isBefore(6, 5)).isFalse();
    assertThat(Sequences.isBefore(Integer.MAX_VALUE, 2)).isTrue();
    assertThat(Sequences.isBefore(2, Integer.MAX_VALUE)).isFalse();
  }
}
