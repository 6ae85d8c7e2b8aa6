package io.millrace.jms.link;

import io.millrace.jms.runtime.ClientTime;
import io.millrace.jms.transport.Transport;
import io.millrace.jms.transport.TransportListener;
import io.millrace.jms.wire.Answer;
import io.millrace.jms.wire.Failed;
import io.millrace.jms.wire.Frame;
import io.millrace.jms.wire.Request;
import io.millrace.jms.wire.ServerFrame;
import jakarta.jms.JMSException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A socket with the calls that belong to it alone: the greeting and what is set up again. Unlike
 * the link's calls they end with the socket.
 */
final class FreshSocket implements TransportListener {
  private final ServerLink link;
  private final long stepTimeoutMs;
  private final Map<Integer, Call> calls = new HashMap<>();
  private @Nullable Throwable closedBy;
  private @Nullable Failed lastWords;
  private volatile @Nullable Transport transport;
  private volatile boolean resumed;

  FreshSocket(ServerLink link, long stepTimeoutMs) {
    this.link = link;
    this.stepTimeoutMs = stepTimeoutMs;
  }

  void attach(Transport opened) {
    transport = opened;
  }

  @Nullable Transport transport() {
    return transport;
  }

  /** True if the server still had the state of the connection. */
  boolean isResumed() {
    return resumed;
  }

  void setResumed(boolean value) {
    resumed = value;
  }

  /** Sends a request on this socket; it ends with an error if the socket breaks. */
  WaitingCall start(IntFunction<Request> request) {
    WaitingCall call = new WaitingCall(request);
    int id = link.nextRequestId();
    synchronized (this) {
      if (closedBy != null) {
        call.onLinkFailed(broken());
        return call;
      }
      calls.put(id, call);
    }
    write(call.frame(id));
    return call;
  }

  /** Sends a request on this socket and waits for its answer. */
  Answer request(IntFunction<Request> request) throws JMSException {
    return await(start(request));
  }

  /** Waits for a request of this socket. */
  Answer await(WaitingCall call) throws JMSException {
    return call.await(ClientTime.deadlineAfterMs(stepTimeoutMs));
  }

  void write(Frame frame) {
    Transport target = transport;
    if (target != null) {
      target.write(frame);
    }
  }

  void close(Throwable reason) {
    Transport target = transport;
    if (target != null) {
      target.close(reason);
    }
  }

  @Override
  public void onFrame(ServerFrame frame) {
    if (frame instanceof Answer answer) {
      if (answer instanceof Failed failed && failed.requestId() == 0) {
        synchronized (this) {
          lastWords = failed;
        }
        return;
      }
      Call own;
      synchronized (this) {
        own = calls.remove(answer.requestId());
      }
      if (own == null) {
        own = link.takeCall(answer.requestId());
      }
      if (own != null) {
        deliver(own, answer);
      }
      return;
    }
    link.onServerFrame(frame);
  }

  private static void deliver(Call call, Answer answer) {
    if (answer instanceof Failed failed) {
      call.onError(failed.code(), failed.message());
    } else {
      call.onAnswer(answer);
    }
  }

  @Override
  public void onClosed(Throwable cause) {
    Map<Integer, Call> open;
    Failed words;
    synchronized (this) {
      closedBy = cause;
      open = new HashMap<>(calls);
      calls.clear();
      words = lastWords;
    }
    for (Call call : open.values()) {
      if (words != null) {
        call.onError(words.code(), words.message());
      } else {
        call.onLinkFailed(broken());
      }
    }
    link.onSocketClosed(this, cause, words);
  }

  synchronized boolean isClosed() {
    return closedBy != null;
  }

  private synchronized JMSException broken() {
    Throwable cause = closedBy;
    return cause == null
        ? new JMSException("the connection broke")
        : Errors.wrap("the connection broke", cause);
  }
}
