package io.millrace.it.jms;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.BitSet;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Checks that each numbered message of each producer arrives once. Any thread. */
final class Receipts {
  private final BitSet[] seen;
  private final AtomicInteger unique = new AtomicInteger();
  private final Queue<String> duplicates = new ConcurrentLinkedQueue<>();

  Receipts(int producers) {
    seen = new BitSet[producers];
    for (int i = 0; i < producers; i++) {
      seen[i] = new BitSet();
    }
  }

  void add(Message message) throws JMSException {
    BitSet of = seen[message.getIntProperty("producer")];
    int number = message.getIntProperty("number");
    synchronized (of) {
      if (of.get(number)) {
        duplicates.add(
            "producer "
                + message.getIntProperty("producer")
                + " number "
                + number
                + " as "
                + message.getJMSMessageID()
                + (message.getJMSRedelivered() ? ", redelivered" : ", not redelivered"));
      } else {
        of.set(number);
        unique.incrementAndGet();
      }
    }
  }

  int unique() {
    return unique.get();
  }

  /**
   * How many of each producer's first {@code each} messages have not arrived, and the first one.
   */
  String missing(int each) {
    StringBuilder text = new StringBuilder();
    for (int producer = 0; producer < seen.length; producer++) {
      synchronized (seen[producer]) {
        int arrived = seen[producer].get(0, each).cardinality();
        text.append(each - arrived).append(" of producer ").append(producer);
        text.append(" from ").append(seen[producer].nextClearBit(0)).append(", up to ");
        text.append(seen[producer].length()).append(" seen; ");
      }
    }
    return text.toString();
  }

  /** What arrived more than once. */
  Queue<String> duplicates() {
    return duplicates;
  }
}
