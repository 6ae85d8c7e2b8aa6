package io.millrace.server.door.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.kernel.VirtualClock;
import io.millrace.server.door.admin.live.LiveDestinations;
import io.millrace.server.door.admin.model.Changes;
import io.millrace.server.door.admin.model.DestinationRow;
import io.millrace.server.door.admin.port.DestinationStats;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How often the live list looks at the destinations. */
class LiveDestinationsTest {
  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

  private final VirtualClock clock = new VirtualClock(0);
  private int looks;
  private long lookMs = 40;

  /** So many destinations that a look at all of them takes its time. */
  private final InMemoryBroker broker =
      new InMemoryBroker() {
        @Override
        public synchronized Collection<DestinationStats> destinations() {
          looks++;
          clock.advanceToNs(clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(lookMs));
          return super.destinations();
        }
      };

  private final LiveDestinations live = new LiveDestinations(broker, clock);
  private final LiveDestinations.Listener listener =
      new LiveDestinations.Listener() {
        @Override
        public void onTick(Changes changes, Map<String, DestinationRow> all) {
          // Only that somebody watches counts.
        }

        @Override
        public void onStop() {
          // As above.
        }
      };

  /** Returns how often it looked meanwhile. */
  private int looksIn(int seconds) {
    int before = looks;
    long end = clock.nanoTime() + seconds * SECOND_NS;
    while (live.nextDeadlineNs() < end) {
      clock.advanceToNs(live.nextDeadlineNs());
      live.doWork();
    }
    clock.advanceToNs(end);
    return looks - before;
  }

  @Test
  void takesAHundredthOfAProcessorWhileNobodyWatches() {
    assertEquals(10, looksIn(40)); // 40 ms every 4 s
  }

  @Test
  void looksOnceInTenSecondsHoweverLongItTakes() {
    lookMs = 900;
    assertEquals(5, looksIn(50));
  }

  @Test
  void looksEverySecondAsSoonAsSomebodyWatches() {
    live.doWork();
    live.listen(listener);
    assertEquals(10, looksIn(10));
    live.forget(listener);
    assertEquals(10, looksIn(40));
  }
}
