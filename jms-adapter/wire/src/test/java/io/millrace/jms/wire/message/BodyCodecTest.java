package io.millrace.jms.wire.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BodyCodecTest {
  private static final List<@Nullable Object> ONE_OF_EACH =
      Arrays.asList(
          null,
          true,
          (byte) -1,
          (short) -2,
          'ü',
          Integer.MIN_VALUE,
          Long.MAX_VALUE,
          Float.NaN,
          -0.0,
          "text 😀",
          "");

  @Test
  void bringsBackAStream() throws BodyFormatException {
    List<@Nullable Object> values = new ArrayList<>(ONE_OF_EACH);

    ByteBuffer body = StreamBody.encode(values);

    assertThat(StreamBody.decode(body)).isEqualTo(values);
    assertThat(StreamBody.decode(body)).as("again").isEqualTo(values);
    assertThat(StreamBody.decode(StreamBody.encode(List.of(new byte[] {1, 2}))).get(0))
        .isEqualTo(new byte[] {1, 2});
  }

  @Test
  void bringsBackAMapInOrder() throws BodyFormatException {
    Map<String, @Nullable Object> entries = new LinkedHashMap<>();
    for (int i = ONE_OF_EACH.size() - 1; i >= 0; i--) {
      entries.put("name" + i, ONE_OF_EACH.get(i));
    }

    Map<String, @Nullable Object> decoded = MapBody.decode(MapBody.encode(entries));

    assertThat(decoded).isEqualTo(entries);
    assertThat(decoded.keySet()).containsExactlyElementsOf(entries.keySet());
  }

  @Test
  void refusesValuesThatABodyCannotHold() {
    assertThatIllegalArgumentException().isThrownBy(() -> StreamBody.encode(List.of(new Object())));
  }

  @Test
  void refusesWhatIsNoBodyWithoutFailingOtherwise() {
    for (byte[] bytes :
        List.of(new byte[0], new byte[] {2}, new byte[] {1, 11}, new byte[] {1, 9, 127, 0, 0, 0})) {
      assertThatThrownBy(() -> StreamBody.decode(ByteBuffer.wrap(bytes)))
          .isInstanceOf(BodyFormatException.class);
    }
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[1 + random.nextInt(40)];
      random.nextBytes(bytes);
      bytes[0] = 1;
      refused += refuses(bytes, seed) ? 1 : 0;
    }
    assertThat(refused).as("seed %s", seed).isPositive();
  }

  private static boolean refuses(byte[] bytes, long seed) {
    try {
      StreamBody.decode(ByteBuffer.wrap(bytes));
      MapBody.decode(ByteBuffer.wrap(bytes));
      return false;
    } catch (BodyFormatException refused) {
      return true;
    } catch (RuntimeException defect) {
      throw new AssertionError("seed " + seed, defect);
    }
  }
}
