package io.millrace.jms.session;

import io.millrace.jms.link.Delivery;
import io.millrace.jms.link.OffsetRanges;
import io.millrace.jms.link.RemoteConsumer;
import io.millrace.jms.wire.Outcome;
import jakarta.jms.JMSException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Messages that the application has seen and that are not settled: to be acknowledged together, or
 * delivered again. The thread that consumes.
 */
final class Shown {
  /** One consumer's: where the server keeps account by place, else the messages themselves. */
  private static final class Part {
    final OffsetRanges ranges = new OffsetRanges();
    final List<Delivery> kept = new ArrayList<>();
  }

  private final Map<RemoteConsumer, Part> parts = new LinkedHashMap<>();

  void add(RemoteConsumer consumer, Delivery delivery) {
    Part part = parts.computeIfAbsent(consumer, c -> new Part());
    if (consumer.spec().mode().isAcknowledged()) {
      part.ranges.add(delivery.partition(), delivery.offset());
    } else {
      part.kept.add(delivery);
    }
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  /** Takes over what was shown later than all that is here; nothing is left there. */
  void takeFrom(Shown later) {
    later.parts.forEach(
        (consumer, more) -> {
          Part part = parts.computeIfAbsent(consumer, c -> new Part());
          part.ranges.addAll(more.ranges);
          part.kept.addAll(more.kept);
        });
    later.parts.clear();
  }

  /** They are settled by other means: a transaction has taken place. */
  void clear() {
    parts.keySet().forEach(RemoteConsumer::forgetIfSettled);
    parts.clear();
  }

  /** Accepts them all and waits until that is durable. */
  void accept(long deadlineNanos) throws JMSException {
    parts.forEach((consumer, part) -> consumer.settle(Outcome.ACCEPT, part.ranges));
    for (RemoteConsumer consumer : parts.keySet()) {
      consumer.awaitConfirmed(deadlineNanos);
    }
    clear();
  }

  /**
   * Has them delivered again, before anything that the application has not seen. What could not be
   * is still here when this fails.
   */
  void redeliver() throws JMSException {
    Iterator<Map.Entry<RemoteConsumer, Part>> remaining = parts.entrySet().iterator();
    while (remaining.hasNext()) {
      Map.Entry<RemoteConsumer, Part> entry = remaining.next();
      RemoteConsumer consumer = entry.getKey();
      Part part = entry.getValue();
      if (!consumer.spec().mode().isAcknowledged()) {
        consumer.requeue(part.kept);
      } else if (consumer.isOpen()) {
        try {
          consumer.giveBack(part.ranges);
        } finally {
          consumer.takeAgain();
        }
      } else {
        consumer.settle(Outcome.RELEASE, part.ranges);
      }
      remaining.remove();
      consumer.forgetIfSettled();
    }
  }
}
