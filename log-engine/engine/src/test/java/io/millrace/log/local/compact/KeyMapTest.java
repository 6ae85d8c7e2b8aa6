package io.millrace.log.local.compact;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyMapTest {
  private static ByteBuffer key(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void remembersTheLastOffsetOfEachKeyWhileItGrows() {
    KeyMap map = new KeyMap(1 << 24);
    Map<String, Long> expected = new HashMap<>();
    Random random = new Random(1);
    for (long offset = 0; offset < 50_000; offset++) {
      String key = "k" + random.nextInt(20_000);
      assertThat(map.put(key(key), offset)).isTrue();
      expected.put(key, offset);
    }
    assertThat(map.size()).isEqualTo(expected.size());
    expected.forEach((key, offset) -> assertThat(map.get(key(key))).isEqualTo(offset));
    assertThat(map.get(key("another"))).isEqualTo(-1);
  }

  @Test
  void saysWhenItIsFullAndStillTakesKnownKeys() {
    KeyMap map = new KeyMap(0);
    int taken = 0;
    while (map.put(key("k" + taken), taken)) {
      taken++;
    }
    assertThat(taken).isEqualTo(3);
    assertThat(map.get(key("k3"))).isEqualTo(-1);
    assertThat(map.put(key("k0"), 17)).isTrue();
    assertThat(map.get(key("k0"))).isEqualTo(17);
  }

  @Test
  void takesTheEmptyKeyForOne() {
    KeyMap map = new KeyMap(1000);
    assertThat(map.get(key(""))).isEqualTo(-1);
    assertThat(map.put(key(""), 0)).isTrue();
    assertThat(map.get(key(""))).isZero();
  }
}
