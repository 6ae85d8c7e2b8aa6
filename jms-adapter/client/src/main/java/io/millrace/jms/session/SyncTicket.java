package io.millrace.jms.session;

import io.millrace.jms.link.Errors;
import io.millrace.jms.link.SendTicket;
import io.millrace.jms.runtime.ClientTime;
import jakarta.jms.JMSException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A message whose sender waits until it is in the log. Made by the waiting thread. */
final class SyncTicket implements SendTicket {
  private final Thread waiter = Thread.currentThread();
  private volatile boolean done;
  private volatile @Nullable JMSException failure;
  private volatile @Nullable String delay;
  private long offset = -1;

  @Override
  public boolean isAwaited() {
    return true;
  }

  @Override
  public void onSent(long sentOffset) {
    offset = sentOffset;
    done = true;
    LockSupport.unpark(waiter);
  }

  @Override
  public void onDelayed(String reason) {
    delay = reason;
  }

  @Override
  public void onFailed(JMSException reason) {
    failure = reason;
    done = true;
    LockSupport.unpark(waiter);
  }

  /**
   * Waits for the end.
   *
   * @return the message's offset; negative if it is not known
   */
  long await(long deadlineNanos) throws JMSException {
    while (!done) {
      if (Thread.interrupted()) {
        throw Errors.interrupted("sending; whether the message was sent is unknown");
      }
      if (deadlineNanos == 0) {
        LockSupport.park(this);
      } else {
        long left = deadlineNanos - ClientTime.nanos();
        if (left <= 0) {
          String why = delay;
          throw why == null ? Errors.timedOut("sending") : Errors.timedOutSending(why);
        }
        LockSupport.parkNanos(this, left);
      }
    }
    JMSException failed = failure;
    if (failed != null) {
      throw Errors.again(failed);
    }
    return offset;
  }
}
