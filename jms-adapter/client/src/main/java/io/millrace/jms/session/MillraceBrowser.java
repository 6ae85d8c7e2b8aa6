package io.millrace.jms.session;

import io.millrace.jms.destination.MillraceDestination;
import io.millrace.jms.link.ConsumerSpec;
import io.millrace.jms.link.RemoteDestination;
import io.millrace.jms.wire.ConsumerMode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a queue's messages. Every enumeration reads the queue anew as it is then, and ends where
 * it has seen all.
 */
final class MillraceBrowser implements QueueBrowser {
  private final MillraceSession session;
  private final MillraceDestination queue;
  private final @Nullable String selector;
  private final List<MessageEnumeration> open = new ArrayList<>();
  private boolean closed;

  MillraceBrowser(MillraceSession session, MillraceDestination queue, @Nullable String selector)
      throws JMSException {
    this.session = session;
    this.queue = queue;
    this.selector = selector;
    // A wrong name or selector is refused here, not at the first enumeration.
    new MessageEnumeration().close();
  }

  @Override
  public Queue getQueue() throws JMSException {
    checkOpen();
    return (Queue) queue;
  }

  @Override
  public String getMessageSelector() throws JMSException {
    checkOpen();
    return session.nullable(selector);
  }

  @Override
  public Enumeration<Message> getEnumeration() throws JMSException {
    checkOpen();
    MessageEnumeration enumeration = new MessageEnumeration();
    open.add(enumeration);
    return enumeration;
  }

  private void checkOpen() throws JMSException {
    session.checkOpen();
    if (closed) {
      throw new IllegalStateException("the browser is closed");
    }
  }

  @Override
  public void close() throws JMSException {
    closed = true;
    for (MessageEnumeration enumeration : new ArrayList<>(open)) {
      enumeration.close();
    }
  }

  @SuppressWarnings("JdkObsolete") // what the interface returns
  private final class MessageEnumeration implements Enumeration<Message> {
    private final MillraceConsumer consumer;
    private @Nullable Message next;
    private boolean ended;

    MessageEnumeration() throws JMSException {
      RemoteDestination resolved = session.outbox().resolve(queue);
      try {
        consumer =
            new MillraceConsumer(
                session,
                queue,
                new ConsumerSpec(resolved, ConsumerMode.BROWSER, null, selector, false));
      } catch (JMSException refused) {
        resolved.release();
        throw refused;
      }
    }

    @Override
    public boolean hasMoreElements() {
      if (next == null && !ended) {
        try {
          next = consumer.browseNext();
          if (next == null) {
            close();
          }
        } catch (JMSException failed) {
          ended = true;
          throw new java.lang.IllegalStateException("the queue cannot be browsed further", failed);
        }
      }
      return next != null;
    }

    @Override
    public Message nextElement() {
      Message found = hasMoreElements() ? next : null;
      if (found == null) {
        throw new NoSuchElementException("the queue has no further message");
      }
      next = null;
      return found;
    }

    void close() throws JMSException {
      ended = true;
      open.remove(this);
      consumer.close();
    }
  }
}
