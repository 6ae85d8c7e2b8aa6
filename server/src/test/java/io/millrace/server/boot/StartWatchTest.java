package io.millrace.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class StartWatchTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void aStartThatTakesTooLongTellsWhatItsThreadsDo() {
    try (StartWatch watch = StartWatch.begin(Duration.ofMillis(1), out)) {
      assertThat(watch).isNotNull();
      Awaitility.await().until(() -> bytes.size() > 0);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .startsWith("not ready after")
        .contains(getClass().getName() + ".aStartThatTakesTooLong");
  }
}
