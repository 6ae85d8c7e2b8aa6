package io.millrace.server.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class WindowMemoryTest {
  private final WindowMemory memory = new WindowMemory(250);

  private Window window() {
    return new Window(100, memory);
  }

  private static RecordBlock block(long offset, int bytes) {
    return new RecordBlock(offset, offset, 0, false, -1, ByteBuffer.allocate(bytes), null, null);
  }

  @Test
  void emptiesTheWindowsThatWereUsedLongestAgo() {
    Window first = window();
    Window second = window();
    Window third = window();
    first.keep(block(0, 100));
    second.keep(block(0, 100));
    first.keep(block(1, 10));
    third.keep(block(0, 100));

    assertThat(second.isEmpty()).isTrue();
    assertThat(first.find(1)).isNotNull();
    assertThat(third.find(0)).isNotNull();
    assertThat(memory.bytes()).isEqualTo(210);
  }

  @Test
  void leavesTheWindowThatGrowsWhatItHas() {
    Window first = window();
    first.keep(block(0, 100));
    Window huge = window();
    huge.keep(block(0, 1_000));

    assertThat(first.isEmpty()).isTrue();
    assertThat(huge.find(0)).isNotNull();
    assertThat(memory.bytes()).isEqualTo(1_000);
    first.keep(block(0, 100));
    assertThat(huge.isEmpty()).isTrue();
    assertThat(memory.bytes()).isEqualTo(100);
  }

  @Test
  void forgetsWhatIsDroppedReplacedAndCleared() {
    Window window = window();
    window.keep(block(0, 50));
    window.keep(block(0, 60));
    assertThat(memory.bytes()).isEqualTo(60);
    RecordBlock other = block(1, 40);
    window.keep(other);
    window.drop(other);
    window.drop(other);
    assertThat(memory.bytes()).isEqualTo(60);
    window.clear();
    window.clear();
    assertThat(memory.bytes()).isZero();
  }
}
