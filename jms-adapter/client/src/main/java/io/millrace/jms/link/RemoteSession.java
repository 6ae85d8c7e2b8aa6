package io.millrace.jms.link;

import io.millrace.jms.wire.CloseSession;
import io.millrace.jms.wire.OpenSession;
import io.millrace.jms.wire.ProducerInfo;
import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;

/**
 * A session as the server knows it: its number, and the producer id under which it sends. Any
 * thread may call.
 */
public final class RemoteSession implements Resumable {
  private final ServerLink link;
  private final int id;
  private @Nullable ProducerInfo producer;

  RemoteSession(ServerLink link, int id) {
    this.link = link;
    this.id = id;
  }

  /** Opens a session on the server. */
  public static RemoteSession open(ServerLink link) throws JMSException {
    RemoteSession session = new RemoteSession(link, link.nextNumber());
    link.request(
        requestId -> new OpenSession(requestId, session.id),
        link.requestDeadline(),
        opened -> link.add(session));
    return session;
  }

  /** The client's number of the session. */
  public int id() {
    return id;
  }

  ServerLink link() {
    return link;
  }

  /**
   * The producer id for this session's sends; asked for on first use, so never call it on the I/O
   * thread.
   */
  synchronized ProducerInfo producer() throws JMSException {
    if (producer == null) {
      producer = link.producerIds().take();
    }
    return producer;
  }

  /**
   * The next pipeline begins a new epoch: sequences of the present one are about to be forgotten.
   */
  synchronized void renewProducer() {
    producer = producer == null ? null : ProducerIds.next(producer);
  }

  /** Nothing is sent any more, and everything sent was confirmed. */
  synchronized void giveProducerBack() {
    if (producer != null) {
      link.producerIds().giveBack(producer);
      producer = null;
    }
  }

  /**
   * Closes the session on the server, which releases what is in flight, when the server has
   * confirmed all acknowledgements.
   *
   * @param deadlineNanos when to give up; 0 for never
   */
  public void close(long deadlineNanos) throws JMSException {
    JMSException first = null;
    for (RemoteConsumer consumer : link.consumersOf(this)) {
      try {
        consumer.awaitConfirmed(deadlineNanos);
      } catch (JMSException failed) {
        first = first == null ? failed : first;
      }
    }
    try {
      link.request(requestId -> new CloseSession(requestId, id), deadlineNanos);
    } catch (JMSException failed) {
      first = first == null ? failed : first;
    } finally {
      link.remove(this);
    }
    if (first != null) {
      throw first;
    }
  }

  @Override
  public void resume(FreshSocket socket) throws JMSException {
    socket.request(requestId -> new OpenSession(requestId, id));
  }
}
