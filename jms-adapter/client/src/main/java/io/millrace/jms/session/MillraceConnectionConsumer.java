package io.millrace.jms.session;

import io.millrace.batch.InvalidBatchException;
import io.millrace.jms.link.Delivery;
import io.millrace.jms.link.Errors;
import io.millrace.jms.runtime.ClientThreads;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * Hands messages to the sessions of an application server's pool (Jakarta Messaging 3.1, 8.6). A
 * thread of its own waits for messages and for free sessions; the pool's threads run the listeners,
 * and each session acknowledges what it was given.
 */
final class MillraceConnectionConsumer implements ConnectionConsumer {
  private static final Logger LOG = System.getLogger("io.millrace.jms");

  private final MillraceConnection connection;
  private final MillraceSession session;
  private final MillraceConsumer consumer;
  private final ServerSessionPool pool;
  private final int maxMessages;
  private volatile boolean stopped;

  MillraceConnectionConsumer(
      MillraceConnection connection,
      MillraceSession session,
      MillraceConsumer consumer,
      ServerSessionPool pool,
      int maxMessages) {
    this.connection = connection;
    this.session = session;
    this.consumer = consumer;
    this.pool = pool;
    this.maxMessages = Math.max(1, maxMessages);
    ClientThreads.inBackground("connection-consumer", this::run);
  }

  private void run() {
    try {
      while (!stopped) {
        Delivery first = consumer.remote().await(0, session::isStarted);
        if (first == null) {
          return;
        }
        handOver(first);
      }
    } catch (JMSException | InvalidBatchException failed) {
      if (!stopped) {
        LOG.log(Level.WARNING, "A connection consumer ended", failed);
        connection.onException(Errors.wrap("a connection consumer ended", failed));
      }
    }
  }

  private void handOver(Delivery first) throws JMSException {
    List<Delivery> batch = new ArrayList<>();
    for (Delivery next = first; next != null; ) {
      batch.add(next);
      next = batch.size() < maxMessages ? consumer.remote().poll() : null;
    }
    ServerSession serverSession = pool.getServerSession();
    if (serverSession.getSession() instanceof MillraceSession target) {
      target.load(consumer, batch);
      serverSession.start();
    } else {
      throw new IllegalStateException("the pool's session is of another provider");
    }
  }

  @Override
  public ServerSessionPool getServerSessionPool() throws JMSException {
    if (stopped) {
      throw new IllegalStateException("the connection consumer is closed");
    }
    return pool;
  }

  /** Takes no further message; those handed over stay with their sessions. */
  void stop() {
    stopped = true;
    consumer.remote().stopWaiting();
  }

  @Override
  public void close() throws JMSException {
    if (!stopped) {
      stop();
      connection.remove(this);
      session.close();
    }
  }
}
