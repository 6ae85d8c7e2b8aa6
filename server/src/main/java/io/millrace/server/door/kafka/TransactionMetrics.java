package io.millrace.server.door.kafka;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.server.producer.TransactionStats;
import java.util.function.ToDoubleFunction;

/**
 * Shows what the transaction coordinators count. How long commits take is the time of EndTxn, which
 * is answered when all is done.
 */
final class TransactionMetrics {
  private TransactionMetrics() {}

  static void register(MeterRegistry registry, TransactionStats stats) {
    counter(
        registry,
        stats,
        "millrace.kafka.transactions.begun",
        TransactionStats::begun,
        "Kafka transactions that began");
    counter(
        registry,
        stats,
        "millrace.kafka.transactions.committed",
        TransactionStats::committed,
        "Kafka transactions that were committed");
    counter(
        registry,
        stats,
        "millrace.kafka.transactions.aborted",
        TransactionStats::aborted,
        "Kafka transactions that were aborted, by their producers or not");
    counter(
        registry,
        stats,
        "millrace.kafka.transactions.timedout",
        TransactionStats::timedOut,
        "Kafka transactions that were open for too long, so that the server aborts them");
    counter(
        registry,
        stats,
        "millrace.kafka.producers.fenced",
        TransactionStats::fenced,
        "Requests of producers whose place another one, or a timeout, has taken");
  }

  private static void counter(
      MeterRegistry registry,
      TransactionStats stats,
      String name,
      ToDoubleFunction<TransactionStats> value,
      String description) {
    FunctionCounter.builder(name, stats, value).description(description).register(registry);
  }
}
