package io.millrace.server.door.kafka.api;

import io.millrace.server.shard.Reply;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.protocol.Errors;

/** How clients learn that another producer has taken their place (KIP-360, KIP-588). */
final class ProducerFencing {
  private ProducerFencing() {}

  /**
   * A reply that says PRODUCER_FENCED to clients that know it, and INVALID_PRODUCER_EPOCH to older
   * ones.
   */
  static <R> Reply<R> saidTo(boolean knowsFencing, Reply<R> reply) {
    if (knowsFencing) {
      return reply;
    }
    return new Reply<>() {
      @Override
      public void ok(R response) {
        reply.ok(response);
      }

      @Override
      public void fail(RuntimeException error) {
        reply.fail(withoutFencing(error));
      }
    };
  }

  /** INVALID_PRODUCER_EPOCH for PRODUCER_FENCED, which not every API says. */
  static RuntimeException withoutFencing(RuntimeException error) {
    return error instanceof ProducerFencedException
        ? Errors.INVALID_PRODUCER_EPOCH.exception()
        : error;
  }
}
