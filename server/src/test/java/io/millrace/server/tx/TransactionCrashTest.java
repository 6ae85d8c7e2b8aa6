package io.millrace.server.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionCrashTest {
  private static final int MESSAGES = 24;
  private static final int ATTEMPTS = 200;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void isAllOrNothingWhereverTheServerDies(long seed) {
    Random random = new Random(seed);
    try (SteppedServer server = new SteppedServer(seed)) {
      Mover mover = new Mover(server, MESSAGES);
      while (!mover.held().isEmpty()) {
        long offset = mover.held().first();
        mover.beginTransaction();
        Answer<Void> answer = mover.commit(offset, false);
        step(server, random.nextInt(80));
        boolean answered = answer.isOk();
        if (random.nextBoolean()) {
          server.crash();
        } else {
          server.kill();
        }
        mover.comeBack();
        server.settle();

        boolean settled = mover.isSettled(offset);
        String value = Long.toString(offset);
        long inFirst = count(server.values(mover.first().partition(0)), value);
        long inSecond = count(server.values(mover.second().partition(0)), value);
        String where = "seed " + seed + " message " + offset;
        assertThat(inFirst).as(where).isEqualTo(settled ? 1 : 0);
        assertThat(inSecond).as(where).isEqualTo(settled ? 1 : 0);
        assertThat(settled || !answered).as("%s was committed", where).isTrue();
        mover.held().remove(offset);
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36})
  void aCommitThatIsAskedForAgainTakesPlaceOnce(long seed) {
    Random random = new Random(seed);
    try (SteppedServer server = new SteppedServer(seed)) {
      Mover mover = new Mover(server, MESSAGES);
      for (long offset = 0; offset < MESSAGES; offset++) {
        mover.beginTransaction();
        Answer<Void> answer = mover.commit(offset, false);
        step(server, random.nextInt(80));
        for (int attempt = 0; !answer.isOk(); attempt++) {
          assertThat(attempt).as("seed %d message %d", seed, offset).isLessThan(ATTEMPTS);
          if (random.nextInt(3) > 0) {
            if (random.nextBoolean()) {
              server.crash();
            } else {
              server.kill();
            }
            mover.comeBack();
          }
          answer = mover.commit(offset, true);
          step(server, random.nextInt(120));
          if (random.nextBoolean()) {
            server.settle();
          }
          if (answer.isDone() && !answer.isOk()) {
            throw new AssertionError("seed " + seed + " message " + offset, answer.error());
          }
        }
        mover.held().remove(offset);
      }
      server.settle();
      List<String> all = LongStream.range(0, MESSAGES).mapToObj(Long::toString).toList();
      assertThat(server.values(mover.first().partition(0))).containsExactlyElementsOf(all);
      assertThat(server.values(mover.second().partition(0))).containsExactlyElementsOf(all);
      assertThat(mover.isSettled(MESSAGES - 1)).isTrue();
    }
  }

  private static void step(SteppedServer server, int steps) {
    for (int i = 0; i < steps; i++) {
      server.step();
    }
  }

  private static long count(List<String> values, String value) {
    return values.stream().filter(value::equals).count();
  }
}
