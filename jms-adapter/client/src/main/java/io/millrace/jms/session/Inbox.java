package io.millrace.jms.session;

import io.millrace.jms.link.Delivery;
import io.millrace.jms.link.RemoteConsumer;
import io.millrace.jms.link.RemoteSession;
import io.millrace.jms.link.ServerLink;
import io.millrace.jms.link.Transaction;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import org.jspecify.annotations.Nullable;

/**
 * What a session does with messages that it has consumed, by its acknowledgement mode, and its
 * transaction. One thread at a time, the one that consumes.
 */
final class Inbox {
  private final ServerLink link;
  private final RemoteSession session;
  private final int mode;
  private final Shown shown = new Shown();

  /** What a transaction in doubt has consumed. */
  private final Shown shownInDoubt = new Shown();

  /** What was rolled back and could not be given back yet, as the connection was broken. */
  private final Shown returning = new Shown();

  private @Nullable Transaction transaction;

  /** Was to be committed, and that failed without a word on whether it took place. */
  private @Nullable Transaction inDoubt;

  private @Nullable RemoteConsumer currentConsumer;
  private @Nullable Delivery current;

  Inbox(ServerLink link, RemoteSession session, int mode) {
    this.link = link;
    this.session = session;
    this.mode = mode;
    this.transaction = mode == Session.SESSION_TRANSACTED ? new Transaction(link, session) : null;
  }

  int mode() {
    return mode;
  }

  boolean isTransacted() {
    return mode == Session.SESSION_TRANSACTED;
  }

  @Nullable Transaction transaction() {
    return transaction;
  }

  /** A message is given to the application by a receive method. */
  synchronized void onReceived(RemoteConsumer consumer, Delivery delivery) {
    switch (mode) {
      case Session.AUTO_ACKNOWLEDGE -> consumer.accept(delivery, false);
      case Session.DUPS_OK_ACKNOWLEDGE -> consumer.accept(delivery, true);
      default -> keep(consumer, delivery);
    }
  }

  private void keep(RemoteConsumer consumer, Delivery delivery) {
    shown.add(consumer, delivery);
    if (transaction != null) {
      transaction.consume(consumer, delivery);
    }
  }

  /** A listener is about to get a message. */
  synchronized void beforeListener(RemoteConsumer consumer, Delivery delivery) {
    if (acknowledgesItself()) {
      currentConsumer = consumer;
      current = delivery;
    } else {
      keep(consumer, delivery);
    }
  }

  /**
   * A listener has returned.
   *
   * @param failed it threw an exception: the message is delivered again at once (Jakarta Messaging
   *     3.1, 8.7)
   */
  synchronized void afterListener(boolean failed) throws JMSException {
    RemoteConsumer consumer = currentConsumer;
    Delivery delivery = current;
    current = null;
    currentConsumer = null;
    if (consumer == null || delivery == null) {
      return;
    }
    if (failed) {
      shown.add(consumer, delivery);
      shown.redeliver();
    } else {
      consumer.accept(delivery, mode == Session.DUPS_OK_ACKNOWLEDGE);
    }
  }

  private boolean acknowledgesItself() {
    return mode == Session.AUTO_ACKNOWLEDGE || mode == Session.DUPS_OK_ACKNOWLEDGE;
  }

  /** Acknowledges everything that the session has consumed. */
  synchronized void acknowledge() throws JMSException {
    if (mode == Session.CLIENT_ACKNOWLEDGE) {
      shown.accept(link.requestDeadline());
    }
  }

  /** Delivers everything that is not acknowledged again. */
  synchronized void recover() throws JMSException {
    if (isTransacted()) {
      throw new IllegalStateException("recover() in a transacted session; there is rollback()");
    }
    if (current != null && currentConsumer != null) {
      shown.add(currentConsumer, current);
      current = null;
      currentConsumer = null;
    }
    shown.redeliver();
  }

  /**
   * Commits. Where that fails without the transaction having been rolled back it can be called
   * again: what was to be committed before is, once, and behind it what came since.
   */
  synchronized void commit() throws JMSException {
    Transaction ending = require();
    returning.redeliver();
    String earlier = "";
    try {
      if (inDoubt != null) {
        commitInDoubt(inDoubt);
        earlier = "; the transaction before it, whose commit had failed, has taken place";
      }
      inDoubt = ending;
      shownInDoubt.takeFrom(shown);
      transaction = new Transaction(link, session);
      commitInDoubt(ending);
    } catch (TransactionRolledBackException rolledBack) {
      TransactionRolledBackException told =
          new TransactionRolledBackException(
              rolledBack.getMessage() + earlier, rolledBack.getErrorCode());
      told.initCause(rolledBack);
      inDoubt = null; // It is over, whatever giving back its messages meets.
      try {
        rollback();
      } catch (JMSException failed) {
        told.addSuppressed(failed);
      }
      throw told;
    }
  }

  private void commitInDoubt(Transaction asked) throws JMSException {
    asked.commit();
    inDoubt = null;
    shownInDoubt.clear();
  }

  /**
   * Rolls back. Nothing of it is committed any more, even where this fails: then what it consumed
   * is given back by the next rollback or commit.
   */
  synchronized void rollback() throws JMSException {
    Transaction ending = require();
    Transaction before = inDoubt;
    returning.takeFrom(shownInDoubt);
    returning.takeFrom(shown);
    inDoubt = null;
    transaction = new Transaction(link, session);
    try {
      if (before != null) {
        before.rollback();
      }
      ending.rollback();
    } finally {
      returning.redeliver();
    }
  }

  private Transaction require() throws JMSException {
    if (transaction == null) {
      throw new IllegalStateException("the session is not transacted");
    }
    return transaction;
  }
}
