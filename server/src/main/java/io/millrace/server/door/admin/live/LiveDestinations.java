package io.millrace.server.door.admin.live;

import io.millrace.kernel.Agent;
import io.millrace.kernel.Clock;
import io.millrace.kernel.Failures;
import io.millrace.server.door.admin.model.Changes;
import io.millrace.server.door.admin.model.DestinationRow;
import io.millrace.server.door.admin.port.AdminBroker;
import io.millrace.server.door.admin.port.DestinationStats;
import io.millrace.server.door.admin.port.PartitionStats;
import io.millrace.server.door.admin.port.QueueStats;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Looks at every destination once a second, works out rates, and tells its listeners what changed.
 * While nobody listens it looks less often if there are many, so that it takes a hundredth of a
 * processor at most; but once in ten seconds.
 *
 * <p>Its own agent's thread owns the samples; {@link #row}, {@link #rows} and the listeners' list
 * are safe for use from any thread.
 */
public final class LiveDestinations implements Agent {
  private static final long PERIOD_NS = TimeUnit.SECONDS.toNanos(1);
  private static final int UNWATCHED_SHARE = 100;
  private static final long UNWATCHED_PERIOD_NS = TimeUnit.SECONDS.toNanos(10);

  /** Hears of changes on the sampling thread; must return quickly. */
  public interface Listener {
    void onTick(Changes changes, Map<String, DestinationRow> all);

    /** The server stops. */
    void onStop();
  }

  private static final class Rates {
    final RateWindow in = new RateWindow();
    final RateWindow out = new RateWindow();
    final RateWindow bytesOut = new RateWindow();
  }

  private final AdminBroker broker;
  private final Clock clock;
  private final Map<String, Rates> rates = new HashMap<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private volatile Map<String, DestinationRow> current = Map.of();
  private long nextNs;
  private long unwatchedNs;

  public LiveDestinations(AdminBroker broker, Clock clock) {
    this.broker = broker;
    this.clock = clock;
    this.nextNs = clock.nanoTime();
    this.unwatchedNs = nextNs;
  }

  @Override
  public String name() {
    return "admin-live";
  }

  @Override
  public long nextDeadlineNs() {
    return nextNs;
  }

  @Override
  public int doWork() {
    long now = clock.nanoTime();
    if (now < nextNs) {
      return 0;
    }
    nextNs = now + PERIOD_NS;
    if (listeners.isEmpty() && now < unwatchedNs) {
      return 0;
    }
    tick(now);
    long tookNs = clock.nanoTime() - now;
    unwatchedNs = now + Math.min(UNWATCHED_SHARE * tookNs, UNWATCHED_PERIOD_NS);
    return 1;
  }

  @Override
  public void onClose() {
    listeners.forEach(Listener::onStop);
  }

  private void tick(long now) {
    Map<String, DestinationRow> before = current;
    Map<String, DestinationRow> after = new HashMap<>();
    List<DestinationRow> changed = new ArrayList<>();
    for (DestinationStats stats : broker.destinations()) {
      Rates rate = rates.computeIfAbsent(stats.name(), n -> new Rates());
      DestinationRow row =
          row(
              stats,
              rate.in.sample(stats.messagesIn(), now),
              rate.out.sample(stats.messagesOut(), now)
                  + fetched(stats, rate.bytesOut.sample(stats.bytesOut(), now)));
      after.put(row.name(), row);
      if (!row.equals(before.get(row.name()))) {
        changed.add(row);
      }
    }
    Set<String> removed = new HashSet<>(before.keySet());
    removed.removeAll(after.keySet());
    rates.keySet().removeAll(removed);
    current = Map.copyOf(after);
    Changes changes = new Changes(changed, List.copyOf(removed));
    for (Listener listener : listeners) {
      try {
        listener.onTick(changes, after);
      } catch (RuntimeException e) {
        Failures.report("a listener of the live list", e);
      }
    }
  }

  /**
   * Messages fetched per second. Fetches are not decoded and so not counted; their bytes are, and
   * the mean size of what is kept says how many messages that is.
   */
  private static double fetched(DestinationStats stats, double bytesPerSecond) {
    long size = stats.sizeBytes();
    return size == 0 ? 0 : Math.round(bytesPerSecond * stats.stored() / size * 10) / 10.0;
  }

  /** Every destination as of the last look, by name. */
  public Map<String, DestinationRow> rows() {
    return current;
  }

  /** A destination as it is now, with the rates of the last look. */
  public DestinationRow row(DestinationStats stats) {
    DestinationRow known = current.get(stats.name());
    return known == null ? row(stats, 0, 0) : row(stats, known.rateIn(), known.rateOut());
  }

  /** Adds a listener; its first tick comes within a second. */
  public void listen(Listener listener) {
    listeners.add(listener);
  }

  /** Takes a listener away. Idempotent. */
  public void forget(Listener listener) {
    listeners.remove(listener);
  }

  private static DestinationRow row(DestinationStats stats, double rateIn, double rateOut) {
    QueueStats queue = stats.queue();
    return new DestinationRow(
        stats.name(),
        stats.kind().label(),
        stats.partitions().size(),
        queue == null ? null : queue.ready(),
        queue == null ? 0 : queue.inFlight(),
        stats.consumers(),
        rateIn,
        rateOut,
        stats.stored(),
        stats.sizeBytes(),
        stats.partitions().stream().mapToLong(PartitionStats::startOffset).min().orElse(0),
        stats.partitions().stream().mapToLong(PartitionStats::endOffset).max().orElse(0),
        stats.durability().name().toLowerCase(Locale.ROOT));
  }
}
