package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.quota.QuotaKey;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;

/**
 * What one request creates and deletes, in partitions, against its client's quota (KIP-599).
 * Clients of newer versions are refused what is beyond, and try again; older ones, who do not know
 * that error, have to wait afterwards.
 */
final class Mutations {
  private final Exchange exchange;
  private final boolean strict;

  /**
   * @param strictSince the first version of the API whose clients know the error
   */
  Mutations(Exchange exchange, int strictSince) {
    this.exchange = exchange;
    this.strict = exchange.version() >= strictSince;
  }

  /**
   * Counts partitions that are about to be created or deleted.
   *
   * @throws ThrottlingQuotaExceededException there were too many before
   */
  void take(int partitions) {
    if (!strict) {
      exchange.use(QuotaKey.CONTROLLER_MUTATION_RATE, partitions);
    } else if (exchange.isOver(QuotaKey.CONTROLLER_MUTATION_RATE)) {
      throw new ThrottlingQuotaExceededException(
          "this client creates and deletes more partitions than its quota"
              + " (controller_mutation_rate) allows");
    } else {
      exchange.count(QuotaKey.CONTROLLER_MUTATION_RATE, partitions);
    }
  }

  /** Takes back what was counted, as it came to nothing. Any thread. */
  void giveBack(int partitions) {
    if (partitions > 0) {
      exchange.count(QuotaKey.CONTROLLER_MUTATION_RATE, -(double) partitions);
    }
  }
}
