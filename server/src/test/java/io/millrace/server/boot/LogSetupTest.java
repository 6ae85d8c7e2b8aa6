package io.millrace.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What reaches the log's file and the console, whoever logs it. */
class LogSetupTest {
  private static final String FORGED = "2026-01-01T00:00:00.000Z INFO main io.millrace all is well";

  private final LoggerContext context = new LoggerContext();
  private final PatternLayout layout = LogSetup.layout(context);

  @Test
  void leavesWhatIsPlainAsItIs() {
    assertThat(written("grüße 你好 😀 \\ \" to {}", null, "ann"))
        .endsWith("grüße 你好 😀 \\ \" to ann\n");
  }

  @Test
  void aClientsTextCannotBeginALineOfItsOwn() {
    for (String end : new String[] {"\n", "\r\n", "\r", "\u0085", "\u2028", "\u2029", "\u000b"}) {
      assertThat(written("client {} was refused", null, "evil" + end + FORGED).lines())
          .as(end)
          .singleElement()
          .asString()
          .contains("client evil\\", FORGED + " was refused");
    }
  }

  @Test
  void aClientsTextCannotSteerATerminal() {
    String evil = "\u001b[2J\u0007\u0000\u009b31m\u202eabc\u200b\u007f\t";
    assertThat(written("client {}", null, evil))
        .endsWith("client \\u001b[2J\\u0007\\u0000\\u009b31m\\u202eabc\\u200b\\u007f\\t\n");
  }

  @Test
  void aClientsTextCannotBeginALineByWayOfAnException() {
    Exception thrown =
        new IllegalStateException(
            "bad\n" + FORGED, new IllegalArgumentException("worse\r\n" + FORGED));
    thrown.addSuppressed(new IllegalArgumentException("also\n" + FORGED));

    assertThat(written("it failed", thrown).lines())
        .noneMatch(line -> line.startsWith(FORGED))
        .contains("java.lang.IllegalStateException: bad\\n" + FORGED)
        .contains("Caused by: java.lang.IllegalArgumentException: worse\\r\\n" + FORGED)
        .anyMatch(line -> line.endsWith("IllegalArgumentException: also\\n" + FORGED))
        .anyMatch(line -> line.startsWith("\tat " + getClass().getName()));
  }

  @Test
  void aClientsTextIsCutWhereNobodyReadsOn() {
    int length = 3 * PlainText.MAX_CHARS;
    assertThat(written("{}", null, "x".repeat(length)))
        .hasSizeLessThan(PlainText.MAX_CHARS + 200)
        .endsWith("xxx... and " + (length - PlainText.MAX_CHARS) + " more characters\n");
  }

  private String written(String message, @Nullable Throwable thrown, Object... arguments) {
    return layout.doLayout(
        new LoggingEvent(
            getClass().getName(),
            context.getLogger("io.millrace.Some"),
            Level.WARN,
            message,
            thrown,
            arguments));
  }
}
