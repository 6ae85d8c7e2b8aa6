package io.millrace.jms.session;

import io.millrace.jms.destination.MillraceDestination;
import io.millrace.jms.link.RemoteDestination;
import io.millrace.jms.link.RemoteSession;
import io.millrace.jms.link.SendPipeline;
import io.millrace.jms.link.SendTicket;
import io.millrace.jms.link.Sender;
import io.millrace.jms.link.ServerLink;
import io.millrace.jms.link.Transaction;
import io.millrace.jms.message.Messages;
import io.millrace.jms.message.MillraceMessage;
import io.millrace.jms.message.TrustedClasses;
import io.millrace.jms.runtime.ClientTime;
import io.millrace.jms.wire.message.MessageEncoder;
import io.millrace.jms.wire.message.MessageId;
import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What a session sends. One sender at a time; a lock holds that even where an application does not.
 */
final class Outbox {
  private static final Logger LOG = System.getLogger("io.millrace.jms");

  /** A send for whose end nobody waits. */
  private static final SendTicket LOGGED =
      new SendTicket() {
        @Override
        public void onSent(long offset) {
          LOG.log(Level.TRACE, "A non-persistent message lies at offset {0}", offset);
        }

        @Override
        public void onFailed(JMSException reason) {
          LOG.log(Level.WARNING, "A non-persistent message was lost: {0}", reason.getMessage());
        }
      };

  private final ServerLink link;
  private final Sender sender;
  private final Completions completions;
  private final TrustedClasses trusted;
  private final String idPrefix;
  private final AtomicLong lastId = new AtomicLong();
  private final MessageEncoder encoder = new MessageEncoder();

  Outbox(ServerLink link, RemoteSession session, Completions completions, TrustedClasses trusted) {
    this.link = link;
    this.sender = new Sender(link, session);
    this.completions = completions;
    this.trusted = trusted;
    this.idPrefix =
        MessageId.PREFIX + MessageId.topicText(link.connectionKey()) + '-' + session.id() + '-';
  }

  RemoteDestination resolve(MillraceDestination destination) throws JMSException {
    return sender.resolve(destination.kind(), destination.name());
  }

  /**
   * Sends a message.
   *
   * @param to what it is addressed to, and the same resolved
   * @param withId whether the sender wants to know its id
   * @param transaction what collects it; null for none
   * @param listener who hears of its end; null to wait for it
   */
  void send(
      MillraceDestination to,
      RemoteDestination resolved,
      Message message,
      SendOptions options,
      boolean withId,
      @Nullable Transaction transaction,
      @Nullable CompletionListener listener)
      throws JMSException {
    if (message == null) {
      throw new MessageFormatException("no message to send");
    }
    MillraceMessage own = Messages.own(message, trusted);
    SyncTicket waiting = null;
    int partition = sender.partition(resolved, own.headers().groupId());
    synchronized (this) {
      own.onSend(
          to,
          ClientTime.nowMs(),
          options.deliveryMode(),
          options.priority(),
          options.timeToLive(),
          options.deliveryDelay());
      boolean persistent = options.deliveryMode() == DeliveryMode.PERSISTENT;
      // An id that follows from the message's place is known only after an answer that these do not
      // wait for.
      if (withId && (transaction != null || (!persistent && listener == null))) {
        own.setOwnMessageId(idPrefix + lastId.incrementAndGet());
      }
      encoder.prepare(own.bodyType(), own.headers());
      ByteBuffer body = own.encodeBody();
      if (transaction != null) {
        transaction.send(resolved, partition, encoder, own.getJMSTimestamp(), body);
        if (listener != null) {
          completions.add(message, own, listener, null).onSent(-1);
        }
      } else if (listener != null) {
        sendAsync(resolved, partition, message, own, body, persistent, listener);
      } else if (persistent) {
        waiting = new SyncTicket();
        enqueue(resolved, partition, own, body, true, waiting);
      } else {
        enqueue(resolved, partition, own, body, false, LOGGED);
      }
    }
    if (waiting != null) {
      awaitSent(waiting, resolved, partition, own);
    }
    if (own != message && listener == null) {
      copyFields(own, message);
    }
  }

  private void awaitSent(
      SyncTicket waiting, RemoteDestination resolved, int partition, MillraceMessage own)
      throws JMSException {
    long offset = waiting.await(link.requestDeadline());
    if (offset >= 0) {
      own.setPlaceMessageId(resolved.messageId(partition, offset));
    }
  }

  private void sendAsync(
      RemoteDestination resolved,
      int partition,
      Message shown,
      MillraceMessage own,
      @Nullable ByteBuffer body,
      boolean persistent,
      CompletionListener listener)
      throws JMSException {
    SendTicket ticket =
        completions.add(shown, own, listener, offset -> resolved.messageId(partition, offset));
    try {
      enqueue(resolved, partition, own, body, persistent, ticket);
    } catch (JMSException notSent) {
      completions.remove(ticket);
      throw notSent;
    }
  }

  private void enqueue(
      RemoteDestination resolved,
      int partition,
      MillraceMessage own,
      @Nullable ByteBuffer body,
      boolean persistent,
      SendTicket ticket)
      throws JMSException {
    SendPipeline pipeline = sender.pipeline(resolved, partition);
    pipeline.send(encoder, own.getJMSTimestamp(), body, persistent, ticket, link.requestDeadline());
  }

  /**
   * What the provider sets on a message it sends, on another provider's message (Jakarta Messaging
   * 3.1, 3.4.11).
   */
  private static void copyFields(MillraceMessage own, Message message) throws JMSException {
    message.setJMSDestination(own.getJMSDestination());
    message.setJMSDeliveryMode(own.getJMSDeliveryMode());
    message.setJMSExpiration(own.getJMSExpiration());
    message.setJMSDeliveryTime(own.getJMSDeliveryTime());
    message.setJMSPriority(own.getJMSPriority());
    message.setJMSMessageID(own.getJMSMessageID());
    message.setJMSTimestamp(own.getJMSTimestamp());
  }

  /** Waits until everything sent is confirmed. */
  void flush(long deadlineNanos) throws JMSException {
    sender.flush(deadlineNanos);
  }

  void close() {
    sender.close();
  }
}
