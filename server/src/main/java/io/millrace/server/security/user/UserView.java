package io.millrace.server.security.user;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The users that there are, as far as that is durable. Any thread reads; only {@link Users}, on the
 * thread of shard 0, changes it. It goes on to show the last known users while shard 0 recovers.
 */
public final class UserView {
  private final Map<String, User> byName = new ConcurrentHashMap<>();

  public @Nullable User find(String name) {
    return byName.get(name);
  }

  /** All, in no order; a live view. */
  public Collection<User> all() {
    return Collections.unmodifiableCollection(byName.values());
  }

  void put(User user) {
    byName.put(user.name(), user);
  }

  void remove(String name) {
    byName.remove(name);
  }

  void reset(Collection<User> users) {
    Set<String> names = users.stream().map(User::name).collect(Collectors.toSet());
    byName.keySet().retainAll(names);
    users.forEach(this::put);
  }
}
