package io.millrace.jms.link;

import io.millrace.jms.wire.Answer;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Request;
import jakarta.jms.JMSException;

/**
 * A request under way. {@link ServerLink} writes it, and writes it again under the same id after a
 * reconnect, until it is answered; so a request must be harmless when it is executed twice. Exactly
 * one of the three events comes, on the I/O thread or the one that closes the link; it must not
 * block.
 */
public abstract class Call {
  private volatile boolean sentAgain;

  /** It is written once more, on a new socket. */
  final void onSentAgain() {
    sentAgain = true;
  }

  /** True if it may have been executed before the answer that came. */
  protected final boolean isSentAgain() {
    return sentAgain;
  }

  /**
   * The frame, made anew each time it is written: numbers of destinations change with the socket.
   * Takes no lock.
   */
  protected abstract Request frame(int requestId);

  /** Whether who submits it waits for the answer at once. */
  protected boolean isAwaited() {
    return false;
  }

  /** The server carried it out. */
  protected abstract void onAnswer(Answer answer);

  /** The server refused it. */
  protected abstract void onError(ErrorCode code, String message);

  /** The link was closed or has failed for good. */
  protected abstract void onLinkFailed(JMSException reason);
}
