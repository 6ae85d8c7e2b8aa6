package io.millrace.races;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A first part of what {@code ./millrace campaign races} goes on with. */
class RacesTest {
  private static final int MS_FOR_EACH = 100;

  @TestFactory
  Stream<DynamicTest> holdsInEveryOrderOfSteps() {
    return Races.ofBuild().stream()
        .map(race -> DynamicTest.dynamicTest(race.name(), () -> race.search(1)));
  }

  @Test
  void holdsOnTheMemoryOfThisMachine(@TempDir Path reports) throws Exception {
    // when
    MemoryOrders.Result result = MemoryOrders.run(reports, MS_FOR_EACH);

    // then
    assertThat(result.ended()).as(result.output()).isTrue();
    assertThat(result.output())
        .containsPattern(
            "\\(Results: [1-9]\\d* planned; [1-9]\\d* passed, 0 failed, 0 soft errs, 0 hard errs\\)");
  }
}
