package io.millrace.server.group.settings;

import io.millrace.server.catalog.CatalogException;
import io.millrace.server.shard.Aggregate;
import io.millrace.server.shard.Decision;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import io.millrace.server.shard.StateMachine;
import io.millrace.server.shard.StateRecord;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is set for single groups, whether they exist or not. What it decided is shown in the
 * {@link GroupSettingsView} when it is durable. The thread of shard 0.
 */
public final class GroupSettings implements StateMachine {
  /** Groups that may have settings; about 1 KiB each. */
  public static final int MAX_GROUPS = 20_000;

  /** Characters of the id of a group that settings are made for. */
  public static final int MAX_GROUP_ID = 1_000;

  private static final int MAX_VALUE = 300;

  private final Shard<?> shard;
  private final GroupSettingsView view;
  private final Map<String, Entry> byGroup = new HashMap<>();

  /**
   * Nothing is set.
   *
   * @param view outlives this object
   */
  public GroupSettings(Shard<?> shard, GroupSettingsView view) {
    this.shard = shard;
    this.view = view;
  }

  /** A group's place in the sweep; gone when it has no settings. */
  private final class Entry implements Aggregate {
    private final String groupId;
    private Map<String, String> settings;

    Entry(String groupId, Map<String, String> settings) {
      this.groupId = groupId;
      this.settings = settings;
    }

    @Override
    public boolean live() {
      return byGroup.get(groupId) == this;
    }

    @Override
    public void snapshot(Consumer<StateRecord> out) {
      out.accept(new GroupSettingsRecord(groupId, settings));
    }
  }

  /**
   * Changes settings of a group, all or none; answers with what is set then, when that is durable.
   * Fails with {@link CatalogException}.
   *
   * @param changes by name; null takes a setting back to its default
   */
  public void alter(
      String groupId, Map<String, @Nullable String> changes, Reply<Map<String, String>> reply) {
    shard.decide(
        () -> {
          Map<String, String> after = validate(groupId, changes);
          return after.isEmpty() && !byGroup.containsKey(groupId)
              ? Decision.answer(after)
              : Decision.of(new GroupSettingsRecord(groupId, after), after);
        },
        new Reply<Map<String, String>>() {
          @Override
          public void ok(Map<String, String> after) {
            view.put(groupId, after);
            reply.ok(after);
          }

          @Override
          public void fail(RuntimeException error) {
            reply.fail(error);
          }
        });
  }

  /** Checks what {@link #alter} would do and changes nothing. */
  public Map<String, String> validate(String groupId, Map<String, @Nullable String> changes) {
    if (groupId.isEmpty() || groupId.length() > MAX_GROUP_ID) {
      throw invalid("the id of a group that is set up has 1 to " + MAX_GROUP_ID + " characters");
    }
    Entry known = byGroup.get(groupId);
    Map<String, String> after = new TreeMap<>(known == null ? Map.of() : known.settings);
    changes.forEach(
        (name, value) -> {
          if (value == null) {
            view.keys().get(name);
            after.remove(name);
          } else {
            if (value.length() > MAX_VALUE) {
              throw invalid(name + " has " + MAX_VALUE + " characters at most");
            }
            view.keys().get(name).check(value);
            after.put(name, value);
          }
        });
    view.keys().checkTogether(after);
    if (known == null && !after.isEmpty() && byGroup.size() >= MAX_GROUPS) {
      throw new CatalogException(
          CatalogException.Reason.LIMIT_REACHED, MAX_GROUPS + " groups have settings already");
    }
    return after;
  }

  private static CatalogException invalid(String why) {
    return new CatalogException(CatalogException.Reason.INVALID_CONFIG, why);
  }

  // ---- state

  @Override
  public List<RecordType> recordTypes() {
    return List.of(GroupSettingsRecord.TYPE);
  }

  @Override
  public void replay(StateRecord record) {
    if (!(record instanceof GroupSettingsRecord put)) {
      throw new IllegalArgumentException("not a record of settings of groups: " + record);
    }
    Entry known = byGroup.get(put.groupId());
    if (put.settings().isEmpty()) {
      byGroup.remove(put.groupId());
    } else if (known == null) {
      byGroup.put(put.groupId(), new Entry(put.groupId(), put.settings()));
    } else {
      known.settings = put.settings();
    }
  }

  @Override
  public Collection<? extends Aggregate> aggregates() {
    return byGroup.values();
  }

  @Override
  public void onRecovered() {
    Map<String, Map<String, String>> all = new HashMap<>();
    byGroup.forEach((groupId, entry) -> all.put(groupId, entry.settings));
    view.reset(all);
  }
}
