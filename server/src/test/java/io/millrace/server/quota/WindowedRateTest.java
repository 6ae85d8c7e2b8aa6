package io.millrace.server.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rates over windows, on a clock that the test moves. */
class WindowedRateTest {
  private static final double BOUND = 100;

  private final WindowedRate rate = new WindowedRate(new QuotaConfig(11, 1_000));
  private long nowMs = -50_000;

  private long use(double amount) {
    rate.record(amount, BOUND, nowMs);
    return rate.waitMs(0, BOUND, nowMs);
  }

  @Test
  void whatTenSecondsAllowMayComeAtOnceAndMoreHasToWait() {
    assertThat(use(1_000)).isZero();
    assertThat(use(1)).isEqualTo(10);
    assertThat(use(99)).isEqualTo(1_000);
  }

  @Test
  void aBurstIsRememberedForAllSamplesAndThenNoMore() {
    assertThat(use(1_500)).isEqualTo(5_000);
    nowMs += 10_999;
    assertThat(rate.waitMs(0, BOUND, nowMs)).isPositive();
    nowMs += 1;
    assertThat(rate.waitMs(0, BOUND, nowMs)).isZero();
  }

  @Test
  void whatBeganLongerAgoThanAllSamplesIsForgotten() {
    use(600);
    nowMs += 6_000;
    use(400);
    nowMs += 4_999;
    assertThat(rate.total(nowMs)).isEqualTo(1_000);
    nowMs += 1;
    assertThat(rate.total(nowMs)).isEqualTo(400);
    nowMs += 6_000;
    assertThat(rate.isIdle(nowMs)).isTrue();
    assertThat(rate.total(nowMs)).isZero();
  }

  @Test
  void whatWouldComeIsLookedAtAndNotCounted() {
    assertThat(rate.waitMs(2_000, BOUND, nowMs)).isEqualTo(10_000);
    assertThat(rate.isIdle(nowMs)).isTrue();
    assertThat(rate.waitMs(0, BOUND, nowMs)).isZero();
  }

  @Test
  void whoAlwaysWaitsComesToTheBoundAndNotFarBelow() {
    Random random = new Random(3);
    double total = 0;
    long startMs = nowMs;
    while (nowMs - startMs < 1_000_000) {
      double amount = 1 + random.nextInt(300);
      total += amount;
      nowMs += 1 + use(amount);
    }
    double perSecond = total * 1_000 / (nowMs - startMs);
    assertThat(perSecond).isBetween(0.8 * BOUND, 1.15 * BOUND);
  }
}
