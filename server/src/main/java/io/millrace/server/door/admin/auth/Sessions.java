package io.millrace.server.door.admin.auth;

import io.millrace.kernel.Clock;
import io.millrace.kernel.Randomness;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The browsers that are logged in, in memory: a restart ends all sessions. Bounded; the session
 * unused for longest gives way. Safe for use from any thread.
 */
public final class Sessions {
  private static final class Entry {
    final Session session;
    final long startedNs;
    long usedNs;

    Entry(Session session, long nowNs) {
      this.session = session;
      this.startedNs = nowNs;
      this.usedNs = nowNs;
    }
  }

  private final Clock clock;
  private final Randomness random;
  private final int capacity;
  private final long idleNs;
  private final long longestNs;
  // In the order of last use.
  private final Map<String, Entry> byId = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param random must be cryptographically strong
   * @param capacity how many at once
   * @param idle a session unused for so long ends
   * @param longest a session ends so long after its login in any case
   */
  public Sessions(Clock clock, Randomness random, int capacity, Duration idle, Duration longest) {
    this.clock = clock;
    this.random = random;
    this.capacity = capacity;
    this.idleNs = idle.toNanos();
    this.longestNs = longest.toNanos();
  }

  public Session open() {
    long now = clock.nanoTime();
    synchronized (byId) {
      dropEnded(now);
      if (byId.size() >= capacity) {
        Iterator<String> eldest = byId.keySet().iterator();
        eldest.next();
        eldest.remove();
      }
      Session session = new Session(Secrets.next(random), Secrets.next(random));
      byId.put(session.id(), new Entry(session, now));
      return session;
    }
  }

  /** The session of a cookie, which counts as used now. */
  public Optional<Session> find(String id) {
    long now = clock.nanoTime();
    synchronized (byId) {
      Entry entry = byId.get(id);
      if (entry == null) {
        return Optional.empty();
      }
      if (ended(entry, now)) {
        byId.remove(id);
        return Optional.empty();
      }
      entry.usedNs = now;
      return Optional.of(entry.session);
    }
  }

  public void close(String id) {
    synchronized (byId) {
      byId.remove(id);
    }
  }

  private void dropEnded(long now) {
    byId.values().removeIf(entry -> ended(entry, now));
  }

  private boolean ended(Entry entry, long now) {
    return now - entry.usedNs > idleNs || now - entry.startedNs > longestNs;
  }
}
