package io.millrace.server.security.acl;

import io.millrace.server.shard.Aggregate;
import io.millrace.server.shard.Decision;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import io.millrace.server.shard.StateMachine;
import io.millrace.server.shard.StateRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Decides which rules there are. What it decided is shown in the {@link AclView} when it is
 * durable. The thread of shard 0.
 */
public final class Acls implements StateMachine {
  /** Some hundred bytes each, three times: here, in the view and in its index. */
  static final int MAX_RULES = 20_000;

  private final Shard<?> shard;
  private final AclView view;
  private final Map<AclRule, Entry> rules = new LinkedHashMap<>();

  /**
   * No rules yet.
   *
   * @param view outlives this object
   */
  public Acls(Shard<?> shard, AclView view) {
    this.shard = shard;
    this.view = view;
  }

  /** A rule's place in the sweep; gone when the rule is. */
  private final class Entry implements Aggregate {
    private final AclRule rule;

    Entry(AclRule rule) {
      this.rule = rule;
    }

    @Override
    public boolean live() {
      return rules.get(rule) == this;
    }

    @Override
    public void snapshot(Consumer<StateRecord> out) {
      out.accept(new AclRecord(rule, true));
    }
  }

  /**
   * Adds rules, all or none; those that exist already stay as they are. Fails with {@link
   * AclException} when there would be too many.
   */
  public void create(Collection<AclRule> wanted, Reply<List<AclRule>> reply) {
    shard.decide(
        () -> {
          Set<AclRule> added = new LinkedHashSet<>(wanted);
          added.removeAll(rules.keySet());
          if (added.size() > MAX_RULES - rules.size()) {
            throw new AclException("there may be " + MAX_RULES + " rules: delete some");
          }
          return decided(added, true);
        },
        then(reply, added -> view.change(added, List.of())));
  }

  /** Takes rules away. Answers with those that were there. */
  public void delete(Collection<AclRule> unwanted, Reply<List<AclRule>> reply) {
    shard.decide(
        () -> {
          Set<AclRule> removed = new LinkedHashSet<>(unwanted);
          removed.retainAll(rules.keySet());
          return decided(removed, false);
        },
        then(reply, removed -> view.change(List.of(), removed)));
  }

  private static Decision<List<AclRule>> decided(Set<AclRule> changed, boolean present) {
    List<StateRecord> records = new ArrayList<>(changed.size());
    changed.forEach(rule -> records.add(new AclRecord(rule, present)));
    return Decision.of(records, List.copyOf(changed));
  }

  /** The view shows a change before the one who asked for it hears of it. */
  private static Reply<List<AclRule>> then(
      Reply<List<AclRule>> reply, Consumer<List<AclRule>> publish) {
    return new Reply<>() {
      @Override
      public void ok(List<AclRule> changed) {
        if (!changed.isEmpty()) {
          publish.accept(changed);
        }
        reply.ok(changed);
      }

      @Override
      public void fail(RuntimeException error) {
        reply.fail(error);
      }
    };
  }

  // ---- state

  @Override
  public List<RecordType> recordTypes() {
    return List.of(AclRecord.TYPE);
  }

  @Override
  public void replay(StateRecord record) {
    if (!(record instanceof AclRecord changed)) {
      throw new IllegalArgumentException("not a record of rules: " + record);
    }
    if (changed.present()) {
      rules.computeIfAbsent(changed.rule(), Entry::new);
    } else {
      rules.remove(changed.rule());
    }
  }

  @Override
  public Collection<? extends Aggregate> aggregates() {
    return rules.values();
  }

  @Override
  public void onRecovered() {
    view.reset(rules.keySet());
  }
}
