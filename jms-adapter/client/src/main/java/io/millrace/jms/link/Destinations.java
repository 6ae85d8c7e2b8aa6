package io.millrace.jms.link;

import io.millrace.jms.config.Option;
import io.millrace.jms.wire.Answer;
import io.millrace.jms.wire.DestinationInfo;
import io.millrace.jms.wire.DestinationKind;
import io.millrace.jms.wire.Request;
import io.millrace.jms.wire.Resolve;
import io.millrace.jms.wire.message.DestinationName;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The destinations that a connection has resolved. Any thread may call. Unused ones are forgotten,
 * oldest first, when there are many, so that a service which answers to ever new temporary queues
 * does not grow.
 */
public final class Destinations implements Resumable {
  private static final int MAX_UNUSED = 1024;

  private final ServerLink link;
  private final Map<DestinationName, RemoteDestination> resolved =
      new LinkedHashMap<>(16, 0.75f, true);

  Destinations(ServerLink link) {
    this.link = link;
  }

  /**
   * The destination with this name, resolved by the server if it was not yet. The caller releases
   * it when it is done with it.
   *
   * @throws InvalidDestinationException if there is none and none is created
   */
  public RemoteDestination acquire(DestinationKind kind, String name) throws JMSException {
    DestinationName key = new DestinationName(kind, name);
    synchronized (this) {
      RemoteDestination known = resolved.get(key);
      if (known != null && known.isResolved()) {
        known.acquire();
        return known;
      }
    }
    RemoteDestination fresh = resolve(new RemoteDestination(key, false));
    fresh.acquire();
    return fresh;
  }

  /** Creates a temporary destination, which stays until it is deleted or the connection ends. */
  public RemoteDestination createTemporary(DestinationKind kind, String name) throws JMSException {
    RemoteDestination created =
        resolve(new RemoteDestination(new DestinationName(kind, name), true));
    created.acquire();
    return created;
  }

  /** Forgets a deleted temporary destination. */
  public synchronized void forget(RemoteDestination destination) {
    resolved.remove(destination.name());
  }

  private RemoteDestination resolve(RemoteDestination destination) throws JMSException {
    info(
        link.request(
            id -> request(id, destination),
            link.requestDeadline(),
            answer -> keep(destination, answer)));
    return destination;
  }

  /** I/O thread. */
  private synchronized void keep(RemoteDestination destination, Answer answer) {
    if (answer instanceof DestinationInfo info) {
      destination.onResolved(info);
      resolved.put(destination.name(), destination);
      shrink();
    }
  }

  private Request request(int id, RemoteDestination destination) {
    String name = destination.name().name();
    boolean create =
        link.options().truth(Option.CREATE_DESTINATIONS)
            && !name.startsWith(Resolve.TEMPORARY_PREFIX);
    return new Resolve(
        id,
        destination.name().kind(),
        name,
        create || destination.isTemporary(),
        destination.isTemporary());
  }

  private static DestinationInfo info(Answer answer) throws JMSException {
    if (answer instanceof DestinationInfo info && info.partitions() > 0) {
      return info;
    }
    throw new JMSException("the server answered " + answer + " to RESOLVE");
  }

  @Override
  public void resume(FreshSocket socket) throws JMSException {
    List<RemoteDestination> all;
    synchronized (this) {
      all = new ArrayList<>(resolved.values());
    }
    List<WaitingCall> calls = new ArrayList<>();
    for (RemoteDestination destination : all) {
      calls.add(socket.start(id -> request(id, destination)));
    }
    for (int i = 0; i < all.size(); i++) {
      try {
        all.get(i).onResolved(info(socket.await(calls.get(i))));
      } catch (InvalidDestinationException gone) {
        all.get(i).onGone();
      }
    }
  }

  private void shrink() {
    if (resolved.size() <= MAX_UNUSED) {
      return;
    }
    Iterator<RemoteDestination> oldest = resolved.values().iterator();
    while (resolved.size() > MAX_UNUSED && oldest.hasNext()) {
      if (oldest.next().isUnused()) {
        oldest.remove();
      }
    }
  }
}
