package io.millrace.bench;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Sends a persistent request to a queue, whose listener answers to another one, and waits for the
 * answer before the next: one at a time. Two connections.
 */
final class PingPong {
  private static final int WARM_UP = 2_000;
  private static final long PATIENCE_MS = 60_000;

  private final ConnectionFactory factory;
  private final String name;
  private final byte[] body;

  PingPong(ConnectionFactory factory, String name, byte[] body) {
    this.factory = factory;
    this.name = name;
    this.body = body;
  }

  /** Measures the way there and back, after some that do not count. Returns seconds. */
  double run(int rounds, Latencies latencies) throws JMSException {
    AtomicReference<JMSException> failure = new AtomicReference<>();
    try (Connection asking = factory.createConnection();
        Connection answering = factory.createConnection()) {
      Session server = answering.createSession(Session.AUTO_ACKNOWLEDGE);
      MessageProducer answers = persistent(server, name + ".answers");
      server
          .createConsumer(server.createQueue(name + ".requests"))
          .setMessageListener(
              request -> {
                try {
                  answers.send(Numbered.message(server, Numbered.of(request), body));
                } catch (JMSException e) {
                  failure.set(e);
                }
              });
      answering.start();
      Session client = asking.createSession(Session.AUTO_ACKNOWLEDGE);
      MessageProducer requests = persistent(client, name + ".requests");
      MessageConsumer answer = client.createConsumer(client.createQueue(name + ".answers"));
      asking.start();
      long startedNs = 0;
      for (int round = -WARM_UP; round < rounds; round++) {
        if (round == 0) {
          startedNs = System.nanoTime();
        }
        long sentNs = System.nanoTime();
        requests.send(Numbered.message(client, round, body));
        Message got = answer.receive(PATIENCE_MS);
        if (got == null || Numbered.of(got) != round) {
          throw new IllegalStateException("no answer to " + round + ": " + failure.get());
        }
        if (round >= 0) {
          latencies.add(System.nanoTime() - sentNs);
        }
      }
      return (System.nanoTime() - startedNs) / 1e9;
    }
  }

  private static MessageProducer persistent(Session session, String queue) throws JMSException {
    MessageProducer producer = session.createProducer(session.createQueue(queue));
    producer.setDeliveryMode(DeliveryMode.PERSISTENT);
    return producer;
  }
}
