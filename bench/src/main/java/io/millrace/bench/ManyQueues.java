package io.millrace.bench;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;

/**
 * Uses many queues that were not there before: one persistent message to each, then one consumer
 * for each, which takes it. One connection.
 */
final class ManyQueues {
  private static final long PATIENCE_MS = 60_000;

  private final ConnectionFactory factory;
  private final String name;
  private final byte[] body;

  ManyQueues(ConnectionFactory factory, String name, byte[] body) {
    this.factory = factory;
    this.name = name;
    this.body = body;
  }

  /** Measures each queue's send and each one's receive. Returns seconds. */
  double run(int queues, Latencies latencies) throws JMSException {
    try (Connection connection = factory.createConnection()) {
      Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
      connection.start();
      long startedNs = System.nanoTime();
      MessageProducer producer = session.createProducer(null);
      producer.setDeliveryMode(DeliveryMode.PERSISTENT);
      for (int i = 0; i < queues; i++) {
        Message message = Numbered.message(session, i, body);
        long sentNs = System.nanoTime();
        producer.send(session.createQueue(name + "." + i), message);
        latencies.add(System.nanoTime() - sentNs);
      }
      for (int i = 0; i < queues; i++) {
        try (MessageConsumer consumer =
            session.createConsumer(session.createQueue(name + "." + i))) {
          Message got = consumer.receive(PATIENCE_MS);
          if (got == null || Numbered.of(got) != i) {
            throw new IllegalStateException("queue " + i + " lost its message");
          }
        }
      }
      return (System.nanoTime() - startedNs) / 1e9;
    }
  }
}
