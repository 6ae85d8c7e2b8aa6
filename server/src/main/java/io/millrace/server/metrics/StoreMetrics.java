package io.millrace.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.log.Store;
import io.millrace.log.StoreHealth;
import io.millrace.log.local.StoreStats;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** The metrics of the local store, among them how long the disk takes to sync. Any thread. */
public final class StoreMetrics implements MeterBinder {
  private static final Duration[] SYNC_BUCKETS = {
    Duration.ofNanos(100_000),
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
  };

  private final Store store;
  private final StoreStats stats;

  public StoreMetrics(Store store, StoreStats stats) {
    this.store = store;
    this.stats = stats;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Timer syncs =
        Timer.builder("millrace.store.sync")
            .description("Time that the disk took to sync the journal or a segment in a commit")
            .serviceLevelObjectives(SYNC_BUCKETS)
            .register(registry);
    stats.onSync(durationNs -> syncs.record(durationNs, TimeUnit.NANOSECONDS));
    counter(registry, "commits", "Group commits", StoreStats::commits);
    counter(
        registry,
        "commits.direct",
        "Commits of much for one log, which went to its segment and not by the journal",
        StoreStats::directCommits);
    counter(
        registry,
        "journal.stalls",
        "How often a commit waited because the journal had no free file",
        StoreStats::journalStalls);
    counter(
        registry,
        "refusals",
        "Appends refused because too much waited to be durable",
        StoreStats::refusals);
    counter(
        registry,
        "refusals.full",
        "Appends refused because the disk was full",
        StoreStats::fullRefusals);
    counter(registry, "checkpoints", "Checkpoints", StoreStats::checkpoints);
    counter(registry, "compactions", "How often a log was compacted", StoreStats::compactions);
    counter(
        registry,
        "compaction.failures",
        "How often compacting a log was given up",
        StoreStats::compactionFailures);
    count(
        registry,
        "compaction.read",
        "Bytes that compaction has read",
        StoreStats::compactionReadBytes);
    count(
        registry,
        "compaction.removed",
        "Bytes by which compaction has made logs smaller",
        StoreStats::compactionRemovedBytes);
    Gauge.builder("millrace.store.uncompactable", stats, StoreStats::uncompactableLogs)
        .description("Logs that are not compacted any more because a batch of them is damaged")
        .register(registry);
    count(
        registry,
        "appended",
        "Bytes of batches appended since the start",
        StoreStats::appendedBytes);
    bytes(registry, "pending", "Bytes appended and not durable yet", StoreStats::pendingBytes);
    bytes(
        registry,
        "unwritten",
        "Bytes appended and not in a segment yet",
        StoreStats::unwrittenBytes);
    bytes(registry, "cached", "Bytes kept in memory for readers", StoreStats::cachedBytes);
    for (StoreHealth health : StoreHealth.values()) {
      Gauge.builder("millrace.store.health", store, s -> s.health() == health ? 1 : 0)
          .description("1 for the store's state, 0 for the others")
          .tag("state", health.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }

  private void counter(
      MeterRegistry registry, String name, String what, ToDoubleFunction<StoreStats> value) {
    FunctionCounter.builder("millrace.store." + name, stats, value)
        .description(what)
        .register(registry);
  }

  private void count(
      MeterRegistry registry, String name, String what, ToDoubleFunction<StoreStats> bytes) {
    FunctionCounter.builder("millrace.store." + name, stats, bytes)
        .description(what)
        .baseUnit("bytes")
        .register(registry);
  }

  private void bytes(
      MeterRegistry registry, String name, String what, ToDoubleFunction<StoreStats> value) {
    Gauge.builder("millrace.store." + name, stats, value)
        .description(what)
        .baseUnit("bytes")
        .register(registry);
  }
}
