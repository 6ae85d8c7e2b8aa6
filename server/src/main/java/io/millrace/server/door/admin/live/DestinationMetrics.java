package io.millrace.server.door.admin.live;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.server.door.admin.port.AdminBroker;
import io.millrace.server.door.admin.port.DestinationStats;
import io.millrace.server.door.admin.port.QueueStats;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The metrics of destinations, read when they are asked for. The number of time series is bounded:
 * beyond so many destinations, the first by name keep theirs and the number left out is itself a
 * metric. Safe for use from any thread.
 */
public final class DestinationMetrics implements MultiCollector {
  private final AdminBroker broker;
  private final int most;

  private DestinationMetrics(AdminBroker broker, int most) {
    this.broker = broker;
    this.most = most;
  }

  /** Adds the metrics to a registry. */
  public static void register(PrometheusMeterRegistry registry, AdminBroker broker, int most) {
    registry.getPrometheusRegistry().register(new DestinationMetrics(broker, most));
  }

  @Override
  public MetricSnapshots collect() {
    var all = broker.destinations();
    List<DestinationStats> shown =
        all.stream().sorted(Comparator.comparing(DestinationStats::name)).limit(most).toList();
    List<DestinationStats> queues = shown.stream().filter(d -> d.queue() != null).toList();
    return MetricSnapshots.builder()
        .metricSnapshot(
            gauge(
                "millrace_queue_messages_ready",
                "Messages that wait for a consumer",
                "queue",
                queues,
                d -> queue(d).ready()))
        .metricSnapshot(
            gauge(
                "millrace_queue_messages_inflight",
                "Messages at consumers, not settled yet",
                "queue",
                queues,
                d -> queue(d).inFlight()))
        .metricSnapshot(
            gauge(
                "millrace_destination_consumers",
                "Consumers attached",
                "destination",
                shown,
                DestinationStats::consumers))
        .metricSnapshot(
            gauge(
                "millrace_destination_messages_stored",
                "Messages kept in the log, settled or not",
                "destination",
                shown,
                DestinationStats::stored))
        .metricSnapshot(
            gauge(
                "millrace_destination_size_bytes",
                "Bytes kept in the log",
                "destination",
                shown,
                DestinationStats::sizeBytes))
        .metricSnapshot(
            counter(
                "millrace_destination_messages_in",
                "Messages appended since the server started",
                shown,
                DestinationStats::messagesIn))
        .metricSnapshot(
            counter(
                "millrace_destination_messages_out",
                "Messages delivered since the server started",
                shown,
                DestinationStats::messagesOut))
        .metricSnapshot(
            counter(
                "millrace_destination_bytes_in",
                "Bytes of batches appended since the server started",
                shown,
                DestinationStats::bytesIn))
        .metricSnapshot(
            counter(
                "millrace_destination_bytes_out",
                "Bytes of batches read since the server started",
                shown,
                DestinationStats::bytesOut))
        .metricSnapshot(
            GaugeSnapshot.builder()
                .name("millrace_destinations")
                .help("Queues and topics there are")
                .dataPoint(point(Labels.EMPTY, all.size()))
                .build())
        .metricSnapshot(
            GaugeSnapshot.builder()
                .name("millrace_destinations_unmetered")
                .help("Queues and topics left out of the metrics because there are too many")
                .dataPoint(point(Labels.EMPTY, all.size() - shown.size()))
                .build())
        .build();
  }

  private static QueueStats queue(DestinationStats stats) {
    QueueStats queue = stats.queue();
    return queue == null ? new QueueStats(0, 0) : queue;
  }

  private static GaugeSnapshot gauge(
      String name,
      String help,
      String label,
      List<DestinationStats> destinations,
      ToDoubleFunction<DestinationStats> value) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
    for (DestinationStats stats : destinations) {
      gauge.dataPoint(point(Labels.of(label, stats.name()), value.applyAsDouble(stats)));
    }
    return gauge.build();
  }

  private static GaugeSnapshot.GaugeDataPointSnapshot point(Labels labels, double value) {
    return GaugeSnapshot.GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
  }

  private static CounterSnapshot counter(
      String name,
      String help,
      List<DestinationStats> destinations,
      ToDoubleFunction<DestinationStats> value) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
    for (DestinationStats stats : destinations) {
      counter.dataPoint(
          CounterSnapshot.CounterDataPointSnapshot.builder()
              .labels(Labels.of("destination", stats.name()))
              .value(value.applyAsDouble(stats))
              .build());
    }
    return counter.build();
  }
}
