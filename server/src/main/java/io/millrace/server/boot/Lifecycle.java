package io.millrace.server.boot;

import io.millrace.kernel.Failures;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers in which order components began, and ends them in the opposite order, so that nothing
 * is closed before what uses it. Any thread.
 */
final class Lifecycle implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

  private record Step(String name, AutoCloseable end) {}

  private final Deque<Step> begun = new ArrayDeque<>();

  /** Has {@code end} run when the server closes, before everything that began earlier. */
  synchronized void began(String name, AutoCloseable end) {
    begun.push(new Step(name, end));
  }

  private synchronized Step take() {
    return begun.isEmpty() ? new Step("", () -> {}) : begun.pop();
  }

  /** Ends everything. A component that fails to end does not keep the others from it. */
  @Override
  public void close() {
    for (Step step = take(); !step.name().isEmpty(); step = take()) {
      LOG.debug("closing {}", step.name());
      try {
        step.end().close();
      } catch (Exception e) {
        Failures.report("closing " + step.name(), e);
      }
    }
  }
}
