package io.millrace.server.security.acl;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The rules that there are, as far as that is durable. Any thread reads; only {@link Acls}, on the
 * thread of shard 0, changes it. It goes on to show the last known rules while shard 0 recovers.
 */
public final class AclView {
  /** In the order in which they came; the thread of shard 0 only. */
  private final Set<AclRule> rules = new LinkedHashSet<>();

  private volatile List<AclRule> all = List.of();
  private volatile AclIndex index = AclIndex.EMPTY;

  /** All rules, as they were at one moment. */
  public List<AclRule> all() {
    return all;
  }

  /** The same for looking up. */
  public AclIndex index() {
    return index;
  }

  void change(Collection<AclRule> added, Collection<AclRule> removed) {
    rules.addAll(added);
    removed.forEach(rules::remove);
    publish();
  }

  void reset(Collection<AclRule> present) {
    rules.clear();
    rules.addAll(present);
    publish();
  }

  private void publish() {
    all = List.copyOf(rules);
    index = new AclIndex(rules);
  }
}
