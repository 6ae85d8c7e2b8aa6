package io.millrace.server.group;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a pattern would become, before it does. */
class PatternSizeTest {
  private static final int LIMIT = 2_000;

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "orders 6",
        "a{30} 30",
        "a{2,30} 30",
        "a{2,} 2",
        "a{0} 1",
        "(ab){10} 40",
        "\\x{10FFFF}a 2",
        "\\p{Greek}{3} 3",
        "\\Q(((\\E 3",
        "[(]{3} 3",
        "[]({5}]{2} 2",
        "[[:alpha:])]{7} 7",
        "a{x} 4",
        "(?:a|b){4} 28"
      })
  void countsRepetitions(String pattern, int size) {
    assertThat(PatternSize.of(pattern, LIMIT)).isEqualTo(size);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"((a{100}){100}){100}", "(a{1000}){1000}", "[)](a{999}){999}", "a{999999999}"})
  void whatIsTooLargeIsTooLarge(String pattern) {
    assertThat(PatternSize.of(pattern, LIMIT)).isEqualTo(LIMIT + 1);
  }

  @Test
  void survivesWhatIsNoPattern() {
    for (String broken :
        new String[] {"(", ")", "[", "[^", "\\", "{", "a{", "\\x{", "\\Q", "()){2}"}) {
      assertThat(PatternSize.of(broken, LIMIT)).as(broken).isLessThan(LIMIT);
    }
    assertThat(PatternSize.of("(".repeat(TopicPatterns.MAX_LENGTH), LIMIT)).isPositive();
  }
}
