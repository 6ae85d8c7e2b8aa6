package io.millrace.server.cursor;

import io.millrace.kernel.Failures;
import io.millrace.kernel.Randomness;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.shard.Aggregate;
import io.millrace.server.shard.Gather;
import io.millrace.server.shard.Machines;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import io.millrace.server.shard.Shards;
import io.millrace.server.shard.StateMachine;
import io.millrace.server.shard.StateRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The named subscriptions whose names belong to this shard. Their cursors live with the partitions
 * of their topics. The shard's thread.
 */
public final class Subscriptions implements StateMachine {
  private static final long RETRY_MS = 1_000;

  private final Shard<Machines> shard;
  private final Shards shards;
  private final CatalogView catalog;
  private final Randomness randomness;
  private final Map<SubscriptionKey, Entry> byKey = new HashMap<>();

  /** Unsubscribed; parts of their cursors may be left. */
  private final Map<UUID, Subscription> ending = new HashMap<>();

  private static final class Entry {
    private final Subscription subscription;
    private final Set<ConsumerKey> consumers = new HashSet<>();

    Entry(Subscription subscription) {
      this.subscription = subscription;
    }
  }

  public Subscriptions(
      Shard<Machines> shard, Shards shards, CatalogView catalog, Randomness randomness) {
    this.shard = shard;
    this.shards = shards;
    this.catalog = catalog;
    this.randomness = randomness;
  }

  /**
   * A consumer joins a subscription, which is created, or made anew where it was about other
   * messages. Answers when that is durable; fails with {@link SubscriptionException}.
   *
   * @param mayEnd is given the topic of a subscription that would end for this, and throws if the
   *     consumer may not end it; on the shard's thread
   */
  public void join(
      SubscriptionKey key,
      SubscriptionSpec spec,
      ConsumerKey consumer,
      Consumer<Topic> mayEnd,
      Reply<Subscription> reply) {
    Entry entry = byKey.get(key);
    if (entry != null && catalog.find(entry.subscription.spec().topicId()) == null) {
      end(entry);
      entry = null;
    }
    if (entry != null) {
      Set<ConsumerKey> others = new HashSet<>(entry.consumers);
      others.remove(consumer);
      boolean same = entry.subscription.spec().sameAs(spec);
      boolean bothShared = spec.shared() && entry.subscription.spec().shared();
      if (!others.isEmpty() && !(same && bothShared)) {
        throw new SubscriptionException(
            SubscriptionException.Reason.IN_USE,
            "subscription "
                + key.name()
                + (same ? " has a consumer" : " is in use for another topic or selector"));
      }
      if (!same || entry.subscription.spec().shared() != spec.shared()) {
        if (same) {
          // Shared or not is a matter of its consumers, of which there is none.
          entry = put(new Subscription(entry.subscription.id(), key, adapted(entry, spec)));
        } else {
          checkEnd(entry, mayEnd);
          end(entry);
          entry = null;
        }
      }
    }
    if (entry == null) {
      entry = put(new Subscription(randomness.nextUuid(), key, spec));
    }
    entry.consumers.add(consumer);
    shard.whenDurable(reply, entry.subscription);
  }

  private static SubscriptionSpec adapted(Entry entry, SubscriptionSpec wanted) {
    SubscriptionSpec before = entry.subscription.spec();
    return new SubscriptionSpec(
        before.topicId(),
        before.partitions(),
        wanted.shared(),
        before.selector(),
        before.noLocal());
  }

  private Entry put(Subscription subscription) {
    if (subscription.key().durable()) {
      shard.record(new SubscriptionRecord(subscription, false));
    } else {
      byKey.put(subscription.key(), new Entry(subscription));
    }
    Entry entry = byKey.get(subscription.key());
    if (entry == null) {
      throw new IllegalStateException("a subscription was not kept: " + subscription);
    }
    return entry;
  }

  /** A consumer leaves; with the last one a subscription ends that is not durable. */
  public void leave(SubscriptionKey key, ConsumerKey consumer) {
    Entry entry = byKey.get(key);
    if (entry != null
        && entry.consumers.remove(consumer)
        && entry.consumers.isEmpty()
        && !key.durable()) {
      end(entry);
    }
  }

  /**
   * Ends a durable subscription for good. Answers when that is durable; fails with {@link
   * SubscriptionException}.
   *
   * @param mayEnd is given the subscription's topic, and throws if it may not be ended; on the
   *     shard's thread
   */
  @SuppressWarnings("NullAway") // A reply of Void can only be null.
  public void unsubscribe(SubscriptionKey key, Consumer<Topic> mayEnd, Reply<Void> reply) {
    Entry entry = byKey.get(key);
    if (entry == null) {
      throw new SubscriptionException(
          SubscriptionException.Reason.UNKNOWN, "there is no subscription " + key.name());
    }
    checkEnd(entry, mayEnd);
    if (!entry.consumers.isEmpty()) {
      throw new SubscriptionException(
          SubscriptionException.Reason.IN_USE, "subscription " + key.name() + " has a consumer");
    }
    end(entry);
    shard.whenDurable(reply, null);
  }

  private void checkEnd(Entry entry, Consumer<Topic> mayEnd) {
    Topic topic = catalog.find(entry.subscription.spec().topicId());
    if (topic != null) {
      mayEnd.accept(topic);
    }
  }

  /** A topic was deleted, and with it its cursors. */
  public void onTopicDeleted(UUID topicId) {
    for (Entry entry : List.copyOf(byKey.values())) {
      if (entry.subscription.spec().topicId().equals(topicId)) {
        end(entry);
      }
    }
  }

  /** The subscriptions here. */
  public List<Subscription> list() {
    List<Subscription> all = new ArrayList<>();
    byKey.values().forEach(entry -> all.add(entry.subscription));
    return all;
  }

  private void end(Entry entry) {
    Subscription ended = entry.subscription;
    if (ended.key().durable()) {
      shard.record(new SubscriptionRecord(ended, true));
    } else {
      byKey.remove(ended.key());
      ending.put(ended.id(), ended);
    }
    removeParts(ended);
  }

  private void removeParts(Subscription ended) {
    Topic topic = catalog.find(ended.spec().topicId());
    int partitions = topic == null ? 0 : topic.partitions();
    Gather all =
        new Gather(
            partitions,
            () -> shard.event(() -> removed(ended)),
            error -> {
              Failures.report("removing the cursor of subscription " + ended.key(), error);
              shard.event(() -> shard.timers().after(RETRY_MS, () -> removeAgain(ended)));
            });
    for (int partition = 0; partition < partitions; partition++) {
      CursorKey part = ended.part(partition);
      shards
          .ofPartition(part.log())
          .handle(machines -> machines.get(CursorMachine.class).remove(part, all), all);
    }
  }

  private void removeAgain(Subscription ended) {
    if (ending.containsKey(ended.id())) {
      removeParts(ended);
    }
  }

  private void removed(Subscription ended) {
    if (!ending.containsKey(ended.id())) {
      return;
    }
    if (ended.key().durable()) {
      shard.record(new SubscriptionRemoved(ended.id()));
    } else {
      ending.remove(ended.id());
    }
  }

  // ---- state

  @Override
  public List<RecordType> recordTypes() {
    return List.of(SubscriptionRecord.TYPE, SubscriptionRemoved.TYPE);
  }

  @Override
  public void replay(StateRecord record) {
    if (record instanceof SubscriptionRecord known) {
      Subscription subscription = known.subscription();
      if (known.ending()) {
        Entry entry = byKey.get(subscription.key());
        if (entry != null && entry.subscription.id().equals(subscription.id())) {
          byKey.remove(subscription.key());
        }
        ending.put(subscription.id(), subscription);
      } else {
        byKey.put(subscription.key(), new Entry(subscription));
      }
    } else if (record instanceof SubscriptionRemoved gone) {
      ending.remove(gone.id());
    }
  }

  @Override
  public Collection<? extends Aggregate> aggregates() {
    List<Aggregate> all = new ArrayList<>();
    for (Entry entry : byKey.values()) {
      if (entry.subscription.key().durable()) {
        all.add(new Kept(entry.subscription));
      }
    }
    ending.values().forEach(ended -> all.add(new Kept(ended)));
    return all;
  }

  /** One subscription in the sweep: written as it is when its turn comes. */
  private final class Kept implements Aggregate {
    private final Subscription subscription;

    Kept(Subscription subscription) {
      this.subscription = subscription;
    }

    private @Nullable SubscriptionRecord now() {
      Entry entry = byKey.get(subscription.key());
      if (entry != null && entry.subscription.id().equals(subscription.id())) {
        return new SubscriptionRecord(entry.subscription, false);
      }
      return ending.containsKey(subscription.id())
          ? new SubscriptionRecord(subscription, true)
          : null;
    }

    @Override
    public boolean live() {
      return now() != null;
    }

    @Override
    public void snapshot(Consumer<StateRecord> out) {
      SubscriptionRecord record = now();
      if (record != null) {
        out.accept(record);
      }
    }
  }

  @Override
  public void onRecovered() {
    for (Entry entry : List.copyOf(byKey.values())) {
      if (catalog.find(entry.subscription.spec().topicId()) == null) {
        end(entry);
      }
    }
    List.copyOf(ending.values()).forEach(this::removeParts);
  }
}
