package io.millrace.server.door.kafka.wire;

import io.millrace.kernel.Clock;
import io.millrace.kernel.Timers;
import io.millrace.server.net.Connection;
import io.millrace.server.net.FlowControl;
import io.millrace.server.quota.ClientQuotas;
import io.millrace.server.quota.QuotaKey;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/**
 * Makes a client that uses more than its quotas wait (KIP-219): its answer is sent at once and says
 * for how long, and for so long nothing more is read from its connection, nor begun of what was
 * read. On the event loop.
 */
final class Throttle {
  private final Connection connection;
  private final ClientQuotas quotas;
  private final Clock clock;
  private final Runnable onEnd;
  private Timers.@Nullable Timer timer;
  private long endNs;
  private boolean working;
  private boolean closed;

  /** Time that requests of this connection took and no quota knows of yet. */
  private long workedNs;

  /**
   * @param onEnd told when requests may begin again
   */
  Throttle(Connection connection, ClientQuotas quotas, Clock clock, Runnable onEnd) {
    this.connection = connection;
    this.quotas = quotas;
    this.clock = clock;
    this.onEnd = onEnd;
  }

  ClientQuotas quotas() {
    return quotas;
  }

  /** Whether the client has to wait now. */
  boolean isOn() {
    return timer != null;
  }

  /** Does some of the work that a request of this connection causes. */
  void work(Runnable step) {
    // An answer may begin the next request within the step: that is not measured twice.
    if (working || !quotas.limits(QuotaKey.REQUEST_PERCENTAGE)) {
      step.run();
      return;
    }
    long startNs = clock.nanoTime();
    working = true;
    try {
      step.run();
    } finally {
      working = false;
      workedNs += clock.nanoTime() - startNs;
    }
  }

  /**
   * Counts what a request used that is about to be answered, and makes the client wait if it has
   * to.
   *
   * @return for how long, in milliseconds
   */
  long charge(Exchange exchange) {
    long waitMs = exchange.throttleMs();
    if (exchange.api().key() == ApiKeys.PRODUCE) {
      waitMs =
          Math.max(waitMs, record(exchange, QuotaKey.PRODUCER_BYTE_RATE, exchange.frameBytes()));
    }
    if (workedNs > 0) {
      double percentSeconds = workedNs * 100.0 / TimeUnit.SECONDS.toNanos(1);
      workedNs = 0;
      waitMs = Math.max(waitMs, record(exchange, QuotaKey.REQUEST_PERCENTAGE, percentSeconds));
    }
    if (waitMs > 0) {
      begin(waitMs);
    }
    return waitMs;
  }

  private long record(Exchange exchange, QuotaKey key, double amount) {
    long waitMs = quotas.record(key, exchange.clientId(), amount);
    if (waitMs > 0) {
      quotas.throttled(key, waitMs);
    }
    return waitMs;
  }

  private void begin(long waitMs) {
    if (closed) {
      return;
    }
    long untilNs = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
    Timers.Timer running = timer;
    if (running != null) {
      if (untilNs - endNs <= 0) {
        return;
      }
      running.cancel();
    }
    endNs = untilNs;
    timer = connection.timers().after(waitMs, this::end);
    connection.flow().pause(FlowControl.Reason.THROTTLED);
  }

  private void end() {
    timer = null;
    connection.flow().resume(FlowControl.Reason.THROTTLED);
    onEnd.run();
  }

  void close() {
    closed = true;
    Timers.Timer running = timer;
    if (running != null) {
      running.cancel();
    }
  }
}
