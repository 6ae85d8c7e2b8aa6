package io.millrace.server.door.jms;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The producers of a client: what they sent is local to it (noLocal). A client that asks for more
 * ids than a log remembers producers has its oldest ones forgotten. Any thread.
 */
final class LocalProducers {
  private static final int MAX_PRODUCERS = 65_536;

  private final Set<Long> ids = new LinkedHashSet<>(4); // guarded by this

  synchronized void add(long id) {
    ids.add(id);
    if (ids.size() > MAX_PRODUCERS) {
      Iterator<Long> oldestFirst = ids.iterator();
      oldestFirst.next();
      oldestFirst.remove();
    }
  }

  synchronized boolean contains(long id) {
    return ids.contains(id);
  }
}
