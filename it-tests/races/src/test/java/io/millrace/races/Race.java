package io.millrace.races;

import org.jetbrains.lincheck.Lincheck;

/**
 * Some threads at one structure, and what must be true in the end.
 *
 * @param name what is shown to hold
 * @param orders how many orders of steps a build tries; the campaign goes on from there
 * @param scenario starts threads, joins them and checks; the same in every order, so it uses no
 *     clock and no randomness of its own
 */
public record Race(String name, int orders, Runnable scenario) {

  /**
   * Tries {@code times} as many orders of the threads' steps as a build does, always the same ones
   * first.
   *
   * @throws AssertionError with the order of steps that does not hold, or in which threads wait for
   *     ever
   */
  public void search(int times) {
    Lincheck.runConcurrentTest(
        Math.multiplyExact(orders, times),
        () -> {
          Permits.reset();
          Steps.scenario(scenario);
        });
  }
}
