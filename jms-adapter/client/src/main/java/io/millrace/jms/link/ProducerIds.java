package io.millrace.jms.link;

import io.millrace.jms.wire.Answer;
import io.millrace.jms.wire.ProducerId;
import io.millrace.jms.wire.ProducerInfo;
import jakarta.jms.JMSException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;

/**
 * The producer ids of a connection. A session takes one for its sends and gives it back; the next
 * session goes on with the following epoch, under which sequences begin anew (KIP-360). So a
 * connection has about as many ids as it had sessions at the same time. Any thread may call.
 */
final class ProducerIds implements Resumable {
  private final ServerLink link;
  private final Set<Long> own = new CopyOnWriteArraySet<>();
  private final Deque<ProducerInfo> idle = new ArrayDeque<>(); // guarded by this

  ProducerIds(ServerLink link) {
    this.link = link;
  }

  /** An id that no session uses; may ask the server for it, so never call it on the I/O thread. */
  ProducerInfo take() throws JMSException {
    synchronized (this) {
      ProducerInfo left = idle.poll();
      if (left != null) {
        return left;
      }
    }
    Answer answer = link.request(ProducerId::new);
    if (answer instanceof ProducerInfo fresh) {
      add(fresh);
      return fresh;
    }
    throw new JMSException("the server answered " + answer.type() + " to PRODUCER_ID");
  }

  /** Remembers an id that the server has given to this connection. */
  void add(ProducerInfo given) {
    own.add(given.producerId());
  }

  /** Takes an id back of which every batch was confirmed. */
  void giveBack(ProducerInfo used) {
    ProducerInfo next = next(used);
    if (next != null) {
      synchronized (this) {
        idle.push(next);
      }
    }
  }

  /** The id with its following epoch; null behind the last one. */
  static @Nullable ProducerInfo next(ProducerInfo used) {
    return used.epoch() == Short.MAX_VALUE
        ? null
        : new ProducerInfo(used.requestId(), used.producerId(), used.epoch() + 1);
  }

  /** A server that was restarted does not know whose the ids are. */
  @Override
  public void resume(FreshSocket socket) throws JMSException {
    List<WaitingCall> said =
        own.stream().map(id -> socket.start(request -> new ProducerId(request, id))).toList();
    for (WaitingCall call : said) {
      socket.await(call);
    }
  }
}
