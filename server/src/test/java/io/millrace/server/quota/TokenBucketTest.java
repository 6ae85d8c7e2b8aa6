package io.millrace.server.quota;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The budget of changes, on a clock that the test moves. */
class TokenBucketTest {
  private final TokenBucket bucket = new TokenBucket(new QuotaConfig(10, 1_000));
  private long nowMs = -7_000;

  private long use(double amount) {
    bucket.record(amount, 2, nowMs);
    return bucket.waitMs(0, 2, nowMs);
  }

  @Test
  void aBurstIsAllowedAndWhatGoesBeyondIsWaitedFor() {
    assertThat(use(20)).isZero();
    assertThat(use(3)).isEqualTo(1_500);
    nowMs += 1_500;
    assertThat(bucket.waitMs(0, 2, nowMs)).isZero();
    assertThat(use(1)).isEqualTo(500);
  }

  @Test
  void itIsIdleWhenItIsFull() {
    assertThat(bucket.isIdle(nowMs)).isTrue();
    use(4);
    nowMs += 1_999;
    assertThat(bucket.isIdle(nowMs)).isFalse();
    nowMs += 1;
    assertThat(bucket.isIdle(nowMs)).isTrue();
    nowMs += 1_000_000;
    assertThat(use(20)).isZero();
    assertThat(use(1)).isPositive();
  }

  @Test
  void whatIsTakenBackLeavesWhatWasUsedBefore() {
    assertThat(use(20)).isZero();
    assertThat(use(Integer.MAX_VALUE)).isPositive();
    bucket.record(-(double) Integer.MAX_VALUE, 2, nowMs);
    assertThat(bucket.waitMs(0, 2, nowMs)).isZero();
    assertThat(use(1)).isEqualTo(500);
  }
}
