package io.millrace.server.cursor;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorModelTest {

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void everyMessageIsSettledOnceWhateverHappens(long seed) {
    new CursorModel(seed).run();
  }
}
