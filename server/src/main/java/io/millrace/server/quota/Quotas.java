package io.millrace.server.quota;

import io.millrace.server.shard.Aggregate;
import io.millrace.server.shard.Decision;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import io.millrace.server.shard.StateMachine;
import io.millrace.server.shard.StateRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Decides which quotas there are. What it decided is shown in the {@link QuotaView} when it is
 * durable. The thread of shard 0.
 */
public final class Quotas implements StateMachine {
  /** About 1 KiB each, with names of the usual length. */
  public static final int MAX_ENTITIES = 20_000;

  private final Shard<?> shard;
  private final QuotaView view;
  private final Map<QuotaEntity, Entry> entities = new LinkedHashMap<>();

  /**
   * No quotas yet.
   *
   * @param view outlives this object
   */
  public Quotas(Shard<?> shard, QuotaView view) {
    this.shard = shard;
    this.view = view;
  }

  /** An entity's place in the sweep; gone when it has no quotas. */
  private final class Entry implements Aggregate {
    private final QuotaEntity entity;
    private Map<QuotaKey, Double> values;

    Entry(QuotaEntity entity, Map<QuotaKey, Double> values) {
      this.entity = entity;
      this.values = values;
    }

    @Override
    public boolean live() {
      return entities.get(entity) == this;
    }

    @Override
    public void snapshot(Consumer<StateRecord> out) {
      out.accept(new QuotaRecord(entity, values));
    }
  }

  /**
   * Changes the quotas of entities, each as a whole or not at all. Answers, when that is durable,
   * with what stood against each change, in their order.
   *
   * @param changes no entity twice
   */
  public void alter(List<QuotaChange> changes, Reply<List<Optional<QuotaException>>> reply) {
    Map<QuotaEntity, Map<QuotaKey, Double>> after = new LinkedHashMap<>();
    shard.decide(
        () -> {
          List<Optional<QuotaException>> refusals = plan(changes, after);
          List<StateRecord> records = new ArrayList<>(after.size());
          after.forEach((entity, values) -> records.add(new QuotaRecord(entity, values)));
          return Decision.of(records, refusals);
        },
        new Reply<List<Optional<QuotaException>>>() {
          @Override
          public void ok(List<Optional<QuotaException>> refusals) {
            // The view shows a change before the one who asked for it hears of it.
            view.change(after);
            reply.ok(refusals);
          }

          @Override
          public void fail(RuntimeException error) {
            reply.fail(error);
          }
        });
  }

  /** What {@link #alter} would answer with. Changes nothing. */
  public List<Optional<QuotaException>> validate(List<QuotaChange> changes) {
    return plan(changes, new LinkedHashMap<>());
  }

  /**
   * @param after filled with what changes
   */
  private List<Optional<QuotaException>> plan(
      List<QuotaChange> changes, Map<QuotaEntity, Map<QuotaKey, Double>> after) {
    List<Optional<QuotaException>> refusals = new ArrayList<>(changes.size());
    int count = entities.size();
    for (QuotaChange change : changes) {
      Entry known = entities.get(change.entity());
      Map<QuotaKey, Double> before = known == null ? Map.of() : known.values;
      Map<QuotaKey, Double> values = applied(before, change);
      int grown = count + (before.isEmpty() ? 0 : -1) + (values.isEmpty() ? 0 : 1);
      if (grown > MAX_ENTITIES && grown > count) {
        refusals.add(
            Optional.of(
                new QuotaException(
                    MAX_ENTITIES + " entities have quotas already: take some away", true)));
        continue;
      }
      count = grown;
      refusals.add(Optional.empty());
      if (!values.equals(before)) {
        after.put(change.entity(), values);
      }
    }
    return refusals;
  }

  private static Map<QuotaKey, Double> applied(Map<QuotaKey, Double> before, QuotaChange change) {
    Map<QuotaKey, Double> values = new EnumMap<>(QuotaKey.class);
    values.putAll(before);
    change
        .values()
        .forEach(
            (key, value) -> {
              if (value == null) {
                values.remove(key);
              } else {
                values.put(key, value);
              }
            });
    return Collections.unmodifiableMap(values);
  }

  // ---- state

  @Override
  public List<RecordType> recordTypes() {
    return List.of(QuotaRecord.TYPE);
  }

  @Override
  public void replay(StateRecord record) {
    if (!(record instanceof QuotaRecord put)) {
      throw new IllegalArgumentException("not a record of quotas: " + record);
    }
    Entry known = entities.get(put.entity());
    if (put.values().isEmpty()) {
      entities.remove(put.entity());
    } else if (known == null) {
      entities.put(put.entity(), new Entry(put.entity(), put.values()));
    } else {
      known.values = put.values();
    }
  }

  @Override
  public Collection<? extends Aggregate> aggregates() {
    return entities.values();
  }

  @Override
  public void onRecovered() {
    Map<QuotaEntity, Map<QuotaKey, Double>> all = new LinkedHashMap<>();
    entities.forEach((entity, entry) -> all.put(entity, entry.values));
    view.reset(all);
  }
}
