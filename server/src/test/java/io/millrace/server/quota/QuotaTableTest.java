package io.millrace.server.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.quota.QuotaEntity.Name;
import io.millrace.server.quota.QuotaFilter.Match;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which quota holds for whom, and which can be at all. */
class QuotaTableTest {
  private static final Name USER = new Name("user");
  private static final Name CLIENT = new Name("client");
  private static final Name DEFAULT = Name.DEFAULT;

  /** From the one that counts first to the one that counts last. */
  private static final List<QuotaEntity> IN_ORDER =
      List.of(
          entity(USER, CLIENT),
          entity(USER, DEFAULT),
          entity(USER, null),
          entity(DEFAULT, CLIENT),
          entity(DEFAULT, DEFAULT),
          entity(DEFAULT, null),
          entity(null, CLIENT),
          entity(null, DEFAULT));

  private static QuotaEntity entity(@Nullable Name user, @Nullable Name client) {
    return new QuotaEntity(user, client, null);
  }

  private static QuotaEntity address(@Nullable String address) {
    return new QuotaEntity(null, null, new Name(address));
  }

  private static QuotaTable table(List<QuotaEntity> entities, QuotaKey key) {
    Map<QuotaEntity, Map<QuotaKey, Double>> all = new LinkedHashMap<>();
    entities.forEach(entity -> all.put(entity, Map.of(key, 1.0)));
    return new QuotaTable(all);
  }

  private static QuotaLimit find(QuotaTable table, String user, String client) {
    return Objects.requireNonNull(table.find(QuotaKey.PRODUCER_BYTE_RATE, user, client));
  }

  @Test
  void theMostSpecialQuotaHolds() {
    List<QuotaEntity> left = new ArrayList<>(IN_ORDER);
    for (QuotaEntity expected : IN_ORDER) {
      QuotaTable table = table(left, QuotaKey.PRODUCER_BYTE_RATE);
      assertThat(find(table, "user", "client").entity()).isEqualTo(expected);
      left.remove(expected);
    }
    QuotaTable none = table(left, QuotaKey.PRODUCER_BYTE_RATE);
    assertThat(none.find(QuotaKey.PRODUCER_BYTE_RATE, "user", "client")).isNull();
  }

  @Test
  void othersAreOfTheDefaults() {
    QuotaTable table = table(IN_ORDER, QuotaKey.PRODUCER_BYTE_RATE);
    assertThat(find(table, "user", "x").entity()).isEqualTo(entity(USER, DEFAULT));
    assertThat(find(table, "x", "client").entity()).isEqualTo(entity(DEFAULT, CLIENT));
    assertThat(find(table, "x", "x").entity()).isEqualTo(entity(DEFAULT, DEFAULT));
    assertThat(find(table, "x", "").entity()).isEqualTo(entity(DEFAULT, DEFAULT));
    String endless = "x".repeat(QuotaEntity.MAX_NAME + 1);
    assertThat(find(table, endless, endless).entity()).isEqualTo(entity(DEFAULT, DEFAULT));
  }

  @Test
  void eachKindOfQuotaIsLookedForByItself() {
    Map<QuotaEntity, Map<QuotaKey, Double>> all = new HashMap<>();
    all.put(entity(USER, CLIENT), Map.of(QuotaKey.CONSUMER_BYTE_RATE, 5.0));
    all.put(entity(null, CLIENT), Map.of(QuotaKey.PRODUCER_BYTE_RATE, 7.0));
    QuotaTable table = new QuotaTable(all);
    assertThat(find(table, "user", "client").bound()).isEqualTo(7);
    assertThat(table.limits(QuotaKey.PRODUCER_BYTE_RATE)).isTrue();
    assertThat(table.limits(QuotaKey.REQUEST_PERCENTAGE)).isFalse();
  }

  @Test
  void aUsersQuotaIsSharedAndThatOfUsersWithoutIsEachOnesOwn() {
    QuotaTable users = table(List.of(entity(USER, null)), QuotaKey.PRODUCER_BYTE_RATE);
    assertThat(find(users, "user", "a").bucket()).isEqualTo(find(users, "user", "b").bucket());
    QuotaTable all = table(List.of(entity(DEFAULT, null)), QuotaKey.PRODUCER_BYTE_RATE);
    assertThat(find(all, "a", "c").bucket()).isNotEqualTo(find(all, "b", "c").bucket());
    assertThat(find(all, "a", "c").bucket()).isEqualTo(find(all, "a", "d").bucket());
    QuotaTable clients = table(List.of(entity(null, DEFAULT)), QuotaKey.PRODUCER_BYTE_RATE);
    assertThat(find(clients, "a", "c").bucket()).isEqualTo(find(clients, "b", "c").bucket());
    assertThat(find(clients, "a", "c").bucket()).isNotEqualTo(find(clients, "a", "d").bucket());
  }

  @Test
  void anAddressIsFoundInEverySpelling() {
    QuotaTable table =
        table(
            List.of(address("2001:DB8::1"), address("192.0.2.7"), address(null)),
            QuotaKey.CONNECTION_CREATION_RATE);
    assertThat(Objects.requireNonNull(table.findAddress("2001:db8:0:0:0:0:0:1")).entity())
        .isEqualTo(address("2001:DB8::1"));
    assertThat(Objects.requireNonNull(table.findAddress("192.0.2.7")).entity())
        .isEqualTo(address("192.0.2.7"));
    assertThat(Objects.requireNonNull(table.findAddress("192.0.2.8")).entity())
        .isEqualTo(address(null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "host", "fade.cafe", "1.2.3", "1.2.3.4.", "300.1.1.1", ":::", "1:"})
  void whatIsNoAddressHasNoQuota(String text) {
    assertThatThrownBy(() -> address(text)).isInstanceOf(QuotaException.class);
  }

  @Test
  void entitiesThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> new QuotaEntity(null, null, null)).isInstanceOf(QuotaException.class);
    assertThatThrownBy(() -> new QuotaEntity(USER, null, DEFAULT))
        .isInstanceOf(QuotaException.class);
    assertThatThrownBy(() -> entity(new Name(""), null)).isInstanceOf(QuotaException.class);
    assertThatThrownBy(() -> entity(null, new Name("x".repeat(1_001))))
        .isInstanceOf(QuotaException.class);
    assertThatThrownBy(() -> QuotaEntity.Type.of("group")).isInstanceOf(QuotaException.class);
  }

  private static void assertRefused(QuotaEntity entity, QuotaKey key, double value) {
    assertThatThrownBy(() -> new QuotaChange(entity, Map.of(key, value)))
        .isInstanceOf(QuotaException.class);
  }

  @Test
  void valuesThatCannotBeAreRefused() {
    QuotaEntity user = entity(USER, null);
    for (QuotaKey key : QuotaKey.values()) {
      QuotaEntity of = key == QuotaKey.CONNECTION_CREATION_RATE ? address(null) : user;
      for (double value : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
        assertRefused(of, key, value);
      }
    }
    assertRefused(user, QuotaKey.PRODUCER_BYTE_RATE, 1.5);
    assertRefused(user, QuotaKey.CONSUMER_BYTE_RATE, 1e30);
    assertRefused(address(null), QuotaKey.CONNECTION_CREATION_RATE, 1e10);
    assertRefused(address(null), QuotaKey.PRODUCER_BYTE_RATE, 1);
    assertRefused(user, QuotaKey.CONNECTION_CREATION_RATE, 1);
    assertThat(new QuotaChange(user, Map.of(QuotaKey.REQUEST_PERCENTAGE, 0.5)).values())
        .containsEntry(QuotaKey.REQUEST_PERCENTAGE, 0.5);
  }

  @Test
  void aFilterFindsByNameDefaultAndKind() {
    QuotaFilter anyUser =
        new QuotaFilter(Map.of(QuotaEntity.Type.USER, QuotaFilter.match(2, null)), false);
    assertThat(IN_ORDER.stream().filter(anyUser::matches)).hasSize(6);
    QuotaFilter onlyUsers = new QuotaFilter(anyUser.matches(), true);
    assertThat(IN_ORDER.stream().filter(onlyUsers::matches))
        .containsExactly(entity(USER, null), entity(DEFAULT, null));
    QuotaFilter exact =
        new QuotaFilter(
            Map.of(
                QuotaEntity.Type.USER, QuotaFilter.match(1, null),
                QuotaEntity.Type.CLIENT_ID, QuotaFilter.match(0, "client")),
            false);
    assertThat(IN_ORDER.stream().filter(exact::matches)).containsExactly(entity(DEFAULT, CLIENT));
    assertThat(IN_ORDER).allMatch(new QuotaFilter(Map.of(), false)::matches);
    assertThat(IN_ORDER).noneMatch(new QuotaFilter(Map.of(), true)::matches);
  }

  @Test
  void filtersThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> QuotaFilter.match(0, null)).isInstanceOf(QuotaException.class);
    assertThatThrownBy(() -> QuotaFilter.match(1, "x")).isInstanceOf(QuotaException.class);
    assertThatThrownBy(() -> QuotaFilter.match(3, null)).isInstanceOf(QuotaException.class);
    assertThatThrownBy(
            () ->
                new QuotaFilter(
                    Map.of(
                        QuotaEntity.Type.IP,
                        new Match(null),
                        QuotaEntity.Type.USER,
                        new Match(null)),
                    false))
        .isInstanceOf(QuotaException.class);
  }
}
