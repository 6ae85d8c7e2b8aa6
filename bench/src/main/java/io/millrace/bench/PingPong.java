package io.millrace.bench;

import jakarta.jms.BytesMessage;
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
                  answers.send(message(server, ((BytesMessage) request).readInt()));
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
        requests.send(message(client, round));
        Message got = answer.receive(PATIENCE_MS);
        if (got == null || ((BytesMessage) got).readInt() != round) {
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

  private Message message(Session session, int number) throws JMSException {
    BytesMessage message = session.createBytesMessage();
    message.writeInt(number);
    message.writeBytes(body, 0, Math.max(0, body.length - Integer.BYTES));
    return message;
  }
}
