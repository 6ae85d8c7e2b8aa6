package io.millrace.log.local;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.together;

import io.millrace.races.Race;
import java.util.List;

/** {@link Frontier}: what its readers may rely on while transactions begin and end. */
public final class FrontierRaces {
  private FrontierRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race("nothing undecided is shown and nothing goes back", 60, FrontierRaces::decided));
  }

  /** A transaction from 0 on is decided at 6, where the next one begins. */
  private static void decided() {
    Frontier frontier = new Frontier();
    together(
        () -> {
          frontier.unstableFrom(0);
          frontier.advance(5, 0);
          frontier.advance(6, Long.MAX_VALUE);
          frontier.unstableFrom(6);
          frontier.advance(9, 6);
        },
        () -> {
          long first = frontier.stable();
          long second = frontier.stable();
          check(first <= 6 && second <= 6, "of the second transaction: " + first + ", " + second);
          check(first <= second, "back from " + first + " to " + second);
        });
    check(frontier.stable() == 6, "the second transaction is not decided");
  }
}
