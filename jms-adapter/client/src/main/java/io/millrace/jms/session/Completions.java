package io.millrace.jms.session;

import io.millrace.jms.link.Errors;
import io.millrace.jms.link.SendTicket;
import io.millrace.jms.message.MillraceMessage;
import io.millrace.jms.runtime.ClientTime;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Asynchronous sends whose listeners have not been called yet, in the order of the sends, which is
 * the order of the calls (Jakarta Messaging 3.1, 7.3.4). Sends come from the application's threads,
 * results from the I/O thread, calls are made by the session's.
 */
final class Completions {
  private static final Logger LOG = System.getLogger("io.millrace.jms");
  private static final int MAX_OPEN = 65_536;

  /** Names the places of sent messages. */
  @FunctionalInterface
  interface Place {
    String messageId(long offset);
  }

  private final class Entry implements SendTicket {
    final Message shown;
    final MillraceMessage sent;
    final CompletionListener listener;
    final @Nullable Place place;
    volatile boolean done;
    @Nullable JMSException failure;
    long offset = -1;

    Entry(Message shown, MillraceMessage sent, CompletionListener listener, @Nullable Place place) {
      this.shown = shown;
      this.sent = sent;
      this.listener = listener;
      this.place = place;
    }

    @Override
    public void onSent(long sentOffset) {
      offset = sentOffset;
      done = true;
      dispatcher.signal();
    }

    @Override
    public void onFailed(JMSException reason) {
      failure = reason;
      done = true;
      dispatcher.signal();
    }

    void call() {
      JMSException failed = failure;
      if (failed == null && place != null && offset >= 0) {
        sent.setPlaceMessageId(place.messageId(offset));
        copyMessageId();
      }
      try {
        if (failed == null) {
          listener.onCompletion(shown);
        } else {
          listener.onException(shown, failed);
        }
      } catch (RuntimeException defect) {
        LOG.log(Level.WARNING, "A completion listener threw an exception", defect);
      }
    }

    private void copyMessageId() {
      if (shown != sent) {
        try {
          shown.setJMSMessageID(sent.getJMSMessageID());
        } catch (JMSException refused) {
          LOG.log(Level.DEBUG, "A message of another provider takes no id", refused);
        }
      }
    }
  }

  private final Dispatcher dispatcher;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition shrunk = lock.newCondition();
  private final Deque<Entry> open = new ArrayDeque<>();

  Completions(Dispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  /**
   * Notes a send; waits while too many listeners have not been called.
   *
   * @param shown the message that the application sent
   * @param sent the same, or this provider's copy of it
   * @param place names where it lies; null if the message has an id of its own
   */
  SendTicket add(
      Message shown, MillraceMessage sent, CompletionListener listener, @Nullable Place place)
      throws JMSException {
    Entry entry = new Entry(shown, sent, listener, place);
    lock.lock();
    try {
      while (open.size() >= MAX_OPEN && !dispatcher.isOwnThread()) {
        shrunk.await();
      }
      open.add(entry);
    } catch (InterruptedException interrupt) {
      throw Errors.interrupted("waiting for completion listeners");
    } finally {
      lock.unlock();
    }
    return entry;
  }

  /** Takes a send back that did not happen: its caller gets an exception instead. */
  void remove(SendTicket ticket) {
    lock.lock();
    try {
      open.removeLastOccurrence(ticket);
      shrunk.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Calls the listeners of all sends at the head that have ended. The session's thread. */
  void callListeners() {
    while (true) {
      Entry head;
      lock.lock();
      try {
        head = open.peek();
      } finally {
        lock.unlock();
      }
      if (head == null || !head.done) {
        return;
      }
      head.call();
      lock.lock();
      try {
        open.remove();
        shrunk.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Waits until all listeners have been called. */
  void await(long deadlineNanos) throws JMSException {
    lock.lock();
    try {
      while (!open.isEmpty()) {
        if (deadlineNanos == 0) {
          shrunk.await();
        } else if (shrunk.awaitNanos(deadlineNanos - ClientTime.nanos()) <= 0) {
          throw Errors.timedOut("waiting for completion listeners");
        }
      }
    } catch (InterruptedException interrupt) {
      throw Errors.interrupted("waiting for completion listeners");
    } finally {
      lock.unlock();
    }
  }
}
