package io.millrace.bench;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Sends or receives numbered messages through any JMS provider, and prints {@code rate= p50_us=
 * p99_us=} in one line. Exits with 1 when a message is lost, comes twice, or a send fails.
 *
 * <pre>JmsLoad CLASS URL QUEUE send|async|consume|pingpong|queues PRODUCERS MESSAGES SIZE</pre>
 */
public final class JmsLoad {
  private static final int IN_FLIGHT = 512;
  private static final long PATIENCE_S = 60;

  private final ConnectionFactory factory;
  private final String queue;
  private final int producers;
  private final int messages;
  private final byte[] body;
  private final Latencies latencies = new Latencies();

  private JmsLoad(String[] arguments) throws ReflectiveOperationException {
    this.factory =
        Class.forName(arguments[0])
            .asSubclass(ConnectionFactory.class)
            .getConstructor(String.class)
            .newInstance(arguments[1]);
    this.queue = arguments[2];
    this.producers = Integer.parseInt(arguments[4]);
    this.messages = Integer.parseInt(arguments[5]);
    this.body = new byte[Integer.parseInt(arguments[6])];
  }

  public static void main(String[] arguments) throws Exception {
    JmsLoad load = new JmsLoad(arguments);
    double seconds =
        switch (arguments[3]) {
          case "send" -> load.produce(load::sendEach);
          case "async" -> load.produce(load::sendAsynchronously);
          case "consume" -> load.consume();
          case "pingpong" ->
              new PingPong(load.factory, load.queue, load.body).run(load.messages, load.latencies);
          case "queues" ->
              new ManyQueues(load.factory, load.queue, load.body)
                  .run(load.messages, load.latencies);
          default -> throw new IllegalArgumentException("unknown mode " + arguments[3]);
        };
    System.out.printf(
        Locale.ROOT,
        "rate=%.0f p50_us=%.0f p99_us=%.0f%n",
        load.messages / seconds,
        load.latencies.percentileUs(0.5),
        load.latencies.percentileUs(0.99));
    System.exit(0);
  }

  private interface Sender {
    void send(Session session, MessageProducer producer, int from, int to) throws Exception;
  }

  /** Seconds from the first send to the last answer. */
  private double produce(Sender sender) throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(producers);
    CountDownLatch connected = new CountDownLatch(producers);
    List<Future<?>> results = new ArrayList<>();
    for (int i = 0; i < producers; i++) {
      int from = (int) ((long) messages * i / producers);
      int to = (int) ((long) messages * (i + 1) / producers);
      results.add(
          threads.submit(
              () -> {
                try (Connection connection = factory.createConnection()) {
                  Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
                  MessageProducer producer = session.createProducer(session.createQueue(queue));
                  producer.setDeliveryMode(DeliveryMode.PERSISTENT);
                  connected.countDown();
                  connected.await();
                  sender.send(session, producer, from, to);
                }
                return null;
              }));
    }
    connected.await();
    long startedNs = System.nanoTime();
    for (Future<?> result : results) {
      result.get();
    }
    double seconds = (System.nanoTime() - startedNs) / 1e9;
    threads.shutdown();
    return seconds;
  }

  private void sendEach(Session session, MessageProducer producer, int from, int to)
      throws JMSException {
    for (int number = from; number < to; number++) {
      Message message = Numbered.message(session, number, body);
      long sentNs = System.nanoTime();
      producer.send(message);
      latencies.add(System.nanoTime() - sentNs);
    }
  }

  private void sendAsynchronously(Session session, MessageProducer producer, int from, int to)
      throws JMSException, InterruptedException {
    Semaphore mayFly = new Semaphore(IN_FLIGHT);
    AtomicReference<Exception> failure = new AtomicReference<>();
    for (int number = from; number < to; number++) {
      mayFly.acquire();
      long sentNs = System.nanoTime();
      producer.send(
          Numbered.message(session, number, body),
          new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
              latencies.add(System.nanoTime() - sentNs);
              mayFly.release();
            }

            @Override
            public void onException(Message message, Exception exception) {
              failure.set(exception);
              mayFly.release();
            }
          });
    }
    mayFly.acquire(IN_FLIGHT);
    Exception failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException("an asynchronous send failed", failed);
    }
  }

  /** Seconds from the start of delivery to the last message. */
  private double consume() throws JMSException, InterruptedException {
    BitSet seen = new BitSet(messages);
    CountDownLatch left = new CountDownLatch(messages);
    AtomicReference<String> wrong = new AtomicReference<>();
    try (Connection connection = factory.createConnection()) {
      Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
      Queue source = session.createQueue(queue);
      MessageConsumer consumer = session.createConsumer(source);
      consumer.setMessageListener(
          message -> {
            try {
              int number = Numbered.of(message);
              if (seen.get(number)) {
                wrong.set("message " + number + " came twice");
              }
              seen.set(number);
              left.countDown();
            } catch (JMSException e) {
              wrong.set(String.valueOf(e));
            }
          });
      long startedNs = System.nanoTime();
      connection.start();
      boolean all = left.await(PATIENCE_S, TimeUnit.SECONDS);
      double seconds = (System.nanoTime() - startedNs) / 1e9;
      String fault = wrong.get();
      if (!all || fault != null) {
        throw new IllegalStateException(
            fault != null ? fault : left.getCount() + " messages did not come");
      }
      return seconds;
    }
  }
}
