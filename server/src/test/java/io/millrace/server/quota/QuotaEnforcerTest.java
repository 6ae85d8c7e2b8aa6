package io.millrace.server.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.kernel.VirtualClock;
import io.millrace.server.quota.QuotaEntity.Name;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long clients wait, on a clock that the test moves, and what is remembered of them. */
class QuotaEnforcerTest {
  private static final QuotaKey PRODUCE = QuotaKey.PRODUCER_BYTE_RATE;
  private static final QuotaKey FETCH = QuotaKey.CONSUMER_BYTE_RATE;
  private static final QuotaEntity CLIENTS = new QuotaEntity(null, Name.DEFAULT, null);
  private static final int MAX_SENSORS = 10;

  private final VirtualClock clock = new VirtualClock(0);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final QuotaView view = new QuotaView();
  private final QuotaEnforcer enforcer =
      new QuotaEnforcer(view, new QuotaConfig(11, 1_000), clock, meters, MAX_SENSORS);
  private final ClientQuotas one = new ClientQuotas(enforcer, "kafka", () -> "user");
  private final ClientQuotas other = new ClientQuotas(enforcer, "jms", () -> "user");

  private void set(QuotaEntity entity, QuotaKey key, double value) {
    view.change(Map.of(entity, Map.of(key, value)));
  }

  private void pass(long ms) {
    clock.advanceToNs(clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms));
  }

  private double sensors() {
    return meters.get("millrace.quota.sensors").gauge().value();
  }

  @Test
  void withoutQuotasNobodyWaitsAndNothingIsRemembered() {
    assertThat(one.record(PRODUCE, "c", 1e12)).isZero();
    assertThat(one.tryRecord(FETCH, "c", 1e12)).isZero();
    assertThat(one.waitMs(PRODUCE, "c")).isZero();
    assertThat(one.left(FETCH, "c")).isEqualTo(Long.MAX_VALUE);
    assertThat(enforcer.connected("127.0.0.1")).isZero();
    assertThat(sensors()).isZero();
  }

  @Test
  void aUsersConnectionsAtAllDoorsShareItsQuota() {
    set(new QuotaEntity(new Name("user"), null, null), PRODUCE, 100);
    assertThat(one.record(PRODUCE, "a", 1_000)).isZero();
    assertThat(other.record(PRODUCE, null, 100)).isEqualTo(1_000);
    assertThat(one.waitMs(PRODUCE, "a")).isEqualTo(1_000);
  }

  @Test
  void whatWouldBeTooMuchIsNotCounted() {
    set(CLIENTS, FETCH, 100);
    assertThat(one.tryRecord(FETCH, "c", 900)).isZero();
    assertThat(one.tryRecord(FETCH, "c", 200)).isEqualTo(1_000);
    assertThat(one.tryRecord(FETCH, "c", 100)).isZero();
    assertThat(one.left(FETCH, "c")).isZero();
    pass(12_000);
    assertThat(one.left(FETCH, "c")).isEqualTo(1_000);
  }

  @Test
  void whatIsMoreThanEverFitsIsGivenToWhoHadNothing() {
    set(CLIENTS, FETCH, 1);
    assertThat(one.tryRecord(FETCH, "c", 100)).isZero();
    assertThat(one.tryRecord(FETCH, "c", 100)).isPositive();
    pass(11_000);
    assertThat(one.tryRecord(FETCH, "c", 100)).isZero();
  }

  @Test
  void aChangedQuotaHoldsAtOnceAndOneTakenAwayNoMore() {
    set(CLIENTS, PRODUCE, 100);
    assertThat(one.record(PRODUCE, "c", 2_000)).isEqualTo(10_000);
    set(CLIENTS, PRODUCE, 400);
    assertThat(one.waitMs(PRODUCE, "c")).isZero();
    view.change(Map.of(CLIENTS, Map.of()));
    assertThat(one.record(PRODUCE, "c", 1e9)).isZero();
    assertThat(sensors()).isZero();
  }

  @Test
  void waitsAreBounded() {
    set(CLIENTS, PRODUCE, 1);
    assertThat(one.record(PRODUCE, "c", 1e15)).isEqualTo(60_000);
    set(CLIENTS, QuotaKey.REQUEST_PERCENTAGE, 1);
    assertThat(one.record(QuotaKey.REQUEST_PERCENTAGE, "c", 1e6)).isEqualTo(1_000);
  }

  @Test
  void idleSensorsAreDroppedAndAMissedOneIsFoundAgain() {
    set(CLIENTS, PRODUCE, 100);
    for (int i = 0; i < 5; i++) {
      var unused = one.record(PRODUCE, "c" + i, 1);
    }
    assertThat(one.record(PRODUCE, "kept", 1)).isZero();
    assertThat(sensors()).isEqualTo(6);
    pass(20_000);
    assertThat(other.record(PRODUCE, "new", 1)).isZero();
    assertThat(sensors()).isEqualTo(1);
    assertThat(one.record(PRODUCE, "kept", 1_100)).isEqualTo(1_000);
    assertThat(other.waitMs(PRODUCE, "kept")).isEqualTo(1_000);
  }

  @Test
  void whoeverIsOneTooManySharesWithTheOthers() {
    set(CLIENTS, PRODUCE, 100);
    for (int i = 0; i < 1_000; i++) {
      var unused = one.record(PRODUCE, "c" + i, 1_000);
    }
    assertThat(sensors()).isLessThanOrEqualTo(MAX_SENSORS + 1);
    assertThat(one.waitMs(PRODUCE, "c0")).isZero();
    assertThat(one.waitMs(PRODUCE, "c999")).isPositive();
    assertThat(one.waitMs(PRODUCE, "never seen")).isPositive();
  }

  @Test
  void namesWithoutEndAreNotRemembered() {
    set(CLIENTS, PRODUCE, 100);
    for (int i = 0; i < 5; i++) {
      var unused = one.record(PRODUCE, "c".repeat(300 + i), 1);
    }
    assertThat(sensors()).isEqualTo(1);
  }

  @Test
  void connectionsWaitTheirTurnAndTooManyGo() {
    set(new QuotaEntity(null, null, Name.DEFAULT), QuotaKey.CONNECTION_CREATION_RATE, 1);
    for (int i = 0; i < 11; i++) {
      assertThat(enforcer.connected("192.0.2.1")).isZero();
    }
    assertThat(enforcer.connected("192.0.2.1")).isEqualTo(1_000);
    assertThat(enforcer.connected("192.0.2.2")).isZero();
    int served = 12;
    while (enforcer.connected("192.0.2.1") >= 0) {
      served++;
    }
    assertThat(served).isBetween(21, 22);
    pass(1_000);
    assertThat(enforcer.connected("192.0.2.1")).isPositive();
  }
}
