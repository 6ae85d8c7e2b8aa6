package io.millrace.jms.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SidecarTest {
  private static final Sidecar.Visitor NOBODY = (index, priority, deliveryTime, expiration) -> {};

  @Test
  void isOneByteWhereAllMessagesHaveTheDefaults() throws WireException {
    Sidecar.Builder builder = new Sidecar.Builder();
    builder.add(0, Sidecar.DEFAULT_PRIORITY, 0, 0);

    ByteBuffer sidecar = builder.build();

    assertThat(sidecar).isEqualTo(ByteBuffer.wrap(new byte[] {0}));
    assertThat(Sidecar.isDefault(sidecar)).isTrue();
    assertThat(entries(sidecar, 1)).isEmpty();
  }

  @Test
  void namesTheMessagesThatDeviate() throws WireException {
    Sidecar.Builder builder = new Sidecar.Builder();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      int priority = i % 10;
      builder.add(i, priority, i % 3, 0);
      if (priority != 4 || i % 3 != 0) {
        expected.add(i + " " + priority + " " + i % 3 + " 0");
      }
    }

    ByteBuffer sidecar = builder.build();

    assertThat(entries(sidecar, 100)).isEqualTo(expected);
    assertThat(Sidecar.isDefault(sidecar)).isFalse();
    assertThat(Sidecar.isDefault(builder.build())).as("begins anew").isTrue();
  }

  @Test
  void refusesWhatIsNoSidecarOfTheBatch() {
    ByteBuffer beyond = sidecar(3, 5, 0, 0);
    assertThatThrownBy(() -> Sidecar.forEach(beyond, 3, NOBODY)).isInstanceOf(WireException.class);
    ByteBuffer priority = sidecar(0, 10, 0, 0);
    assertThatThrownBy(() -> Sidecar.forEach(priority, 1, NOBODY))
        .isInstanceOf(WireException.class);
    ByteBuffer time = sidecar(0, 5, -1, 0);
    assertThatThrownBy(() -> Sidecar.forEach(time, 1, NOBODY)).isInstanceOf(WireException.class);
    for (byte[] bytes : List.of(new byte[0], new byte[] {1}, new byte[] {2}, new byte[22])) {
      assertThatThrownBy(() -> Sidecar.forEach(ByteBuffer.wrap(bytes), 1, NOBODY))
          .isInstanceOf(WireException.class);
    }
  }

  @Test
  void refusesEntriesOutOfOrder() {
    Sidecar.Builder builder = new Sidecar.Builder();
    builder.add(1, 9, 0, 0);
    builder.add(1, 9, 0, 0);
    ByteBuffer sidecar = builder.build();

    assertThatThrownBy(() -> Sidecar.forEach(sidecar, 5, NOBODY)).isInstanceOf(WireException.class);
  }

  private static ByteBuffer sidecar(int index, int priority, long deliveryTime, long expiration) {
    Sidecar.Builder builder = new Sidecar.Builder();
    builder.add(index, priority, deliveryTime, expiration);
    return builder.build();
  }

  private static List<String> entries(ByteBuffer sidecar, int count) throws WireException {
    List<String> entries = new ArrayList<>();
    Sidecar.forEach(
        sidecar,
        count,
        (index, priority, deliveryTime, expiration) ->
            entries.add(index + " " + priority + " " + deliveryTime + " " + expiration));
    return entries;
  }
}
