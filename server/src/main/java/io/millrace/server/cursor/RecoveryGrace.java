package io.millrace.server.cursor;

import io.millrace.kernel.Timers;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * After a restart, consumers that held messages get a while to come back and claim them, before
 * others get anything. The shard's thread.
 */
final class RecoveryGrace {
  private final Timers timers;
  private final long graceMs;
  private final Set<ConsumerKey> awaited = new HashSet<>();
  private Timers.@Nullable Timer running;

  RecoveryGrace(Timers timers, long graceMs) {
    this.timers = timers;
    this.graceMs = graceMs;
  }

  /** The shard has recovered; these consumers are not back yet. */
  void await(Collection<ConsumerKey> holders) {
    awaited.addAll(holders);
  }

  /**
   * A consumer came, one of those or another. The first one starts the clock, because before it
   * nobody could come: how long a server takes to open its port is not the clients' time.
   *
   * @param over gets those that did not come in time
   */
  void onConsumer(ConsumerKey consumer, Consumer<Set<ConsumerKey>> over) {
    awaited.remove(consumer);
    if (awaited.isEmpty()) {
      cancel();
    } else if (running == null) {
      running =
          timers.after(
              graceMs,
              () -> {
                Set<ConsumerKey> missing = Set.copyOf(awaited);
                awaited.clear();
                running = null;
                over.accept(missing);
              });
    }
  }

  /** Whether nothing may be delivered yet. */
  boolean isRunning() {
    return running != null;
  }

  void cancel() {
    Timers.Timer timer = running;
    if (timer != null) {
      timer.cancel();
      running = null;
    }
  }
}
