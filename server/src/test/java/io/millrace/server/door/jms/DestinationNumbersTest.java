package io.millrace.server.door.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.jms.wire.ErrorCode;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicKind;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DestinationNumbersTest {
  private final Set<UUID> deleted = new HashSet<>();
  private final DestinationNumbers numbers =
      new DestinationNumbers(topic -> !deleted.contains(topic.id()));

  private static Topic topic(int id) {
    return new Topic(new UUID(0, id), "t" + id, TopicKind.TEMPORARY_QUEUE, 1, Map.of(), "owner", 0);
  }

  @Test
  void aDestinationHasOneNumberHoweverOftenItIsResolved() {
    for (int i = 0; i < 10_000; i++) {
      assertThat(numbers.of(topic(1))).isEqualTo(1);
    }
    assertThat(numbers.of(topic(2))).isEqualTo(2);
    assertThat(numbers.size()).isEqualTo(2);
    assertThat(numbers.get(2)).isEqualTo(topic(2));
  }

  @Test
  void thoseThatWereDeletedAreForgotten() {
    assertThat(numbers.of(topic(1))).isEqualTo(1);
    for (int i = 2; i < 100_000; i++) {
      assertThat(numbers.of(topic(i))).isEqualTo(i);
      deleted.add(new UUID(0, i));
      assertThat(numbers.size()).isLessThan(2_000);
    }
    assertThat(numbers.get(1)).isEqualTo(topic(1));
    isRefused(2, ErrorCode.DESTINATION);
  }

  @Test
  void thoseThatAreThereAreKept() {
    for (int i = 1; i <= 10_000; i++) {
      numbers.of(topic(i));
    }
    assertThat(numbers.size()).isEqualTo(10_000);
    assertThat(numbers.get(10_000)).isEqualTo(topic(10_000));
  }

  @Test
  void numbersThatWereNeverGivenBreakTheProtocol() {
    numbers.of(topic(1));
    for (int number : new int[] {0, -1, 2, Integer.MAX_VALUE}) {
      isRefused(number, ErrorCode.PROTOCOL);
    }
  }

  private void isRefused(int number, ErrorCode code) {
    assertThatThrownBy(() -> numbers.get(number))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
