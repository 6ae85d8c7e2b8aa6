package io.millrace.jms.link;

import io.millrace.jms.runtime.ClientTime;
import io.millrace.jms.wire.Answer;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Request;
import jakarta.jms.JMSException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A call that a thread waits for. Used once. */
final class WaitingCall extends Call {
  private final IntFunction<Request> request;
  private final Consumer<Answer> onAnswer;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile @Nullable Answer answer;
  private volatile @Nullable ErrorCode error;
  private volatile @Nullable JMSException failure;

  WaitingCall(IntFunction<Request> request) {
    this(request, ignored -> {});
  }

  /**
   * With something that must have happened before any later event of the socket: it runs on the I/O
   * thread.
   */
  WaitingCall(IntFunction<Request> request, Consumer<Answer> onAnswer) {
    this.request = request;
    this.onAnswer = onAnswer;
  }

  @Override
  protected Request frame(int requestId) {
    return request.apply(requestId);
  }

  @Override
  protected boolean isAwaited() {
    return true;
  }

  @Override
  protected void onAnswer(Answer received) {
    onAnswer.accept(received);
    answer = received;
    done.countDown();
  }

  @Override
  protected void onError(ErrorCode code, String message) {
    error = code;
    failure = Errors.toException(code, message);
    done.countDown();
  }

  @Override
  protected void onLinkFailed(JMSException reason) {
    failure = reason;
    done.countDown();
  }

  /** True if the server said that it may work a little later. */
  boolean isRetriable() {
    ErrorCode code = error;
    return code != null && code.isRetriable();
  }

  /** The server's error, if that is how it ended. */
  @Nullable ErrorCode error() {
    return error;
  }

  /**
   * Waits for the end.
   *
   * @param deadlineNanos by {@link ClientTime#nanos}; 0 for no limit
   * @throws JMSException the server's or the link's failure, or a time-out
   */
  Answer await(long deadlineNanos) throws JMSException {
    try {
      if (deadlineNanos == 0) {
        done.await();
      } else if (!done.await(deadlineNanos - ClientTime.nanos(), TimeUnit.NANOSECONDS)) {
        throw Errors.timedOut("waiting for the server's answer");
      }
    } catch (InterruptedException interrupt) {
      throw Errors.interrupted("waiting for the server's answer");
    }
    JMSException failed = failure;
    if (failed != null) {
      throw Errors.again(failed);
    }
    Answer received = answer;
    if (received == null) {
      throw new JMSException("a request ended without an answer");
    }
    return received;
  }
}
