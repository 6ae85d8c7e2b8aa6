package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.group.assignor.AssignmentInput;
import io.millrace.server.group.assignor.AssignmentInput.Subscriber;
import io.millrace.server.group.assignor.SharedPartitions;
import io.millrace.server.shard.Shard;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes who of a share group is to take records from which partitions (KIP-932), when the
 * group's epoch, the topics that it reads or its cursors have changed. The shard's thread.
 *
 * <p>Only the first partitions of a topic in which the group has its cursors are shared out: one
 * gets its cursor before a member hears of it.
 */
final class ShareTargets {
  private static final Logger LOG = LoggerFactory.getLogger(ShareTargets.class);

  private final Shard<?> shard;
  private final CatalogView catalog;

  ShareTargets(Shard<?> shard, CatalogView catalog) {
    this.shard = shard;
    this.catalog = catalog;
  }

  /**
   * What a group reads now.
   *
   * @param readers topics by member id
   * @param partitions of all these topics, as far as there are cursors
   */
  private record Reading(
      Map<String, Set<UUID>> readers, Map<UUID, Integer> partitions, long fingerprint) {}

  /** Begins a new epoch of the group. */
  void bump(ShareGroup group) {
    shard.record(new ShareGroupRecord(group.id(), group.epoch() + 1, shard.clock().wallMs()));
  }

  /** Sees to it that the target is of the group's epoch and of the topics that there are. */
  void refresh(ShareGroup group) {
    Reading reading = reading(group);
    if (group.epoch() == group.targetEpoch()) {
      if (reading.fingerprint == group.fingerprint() || group.isEmpty()) {
        return;
      }
      bump(group);
    }
    compute(group, reading);
  }

  /** As {@link #refresh}, for requests, which change no topics: those come as events. */
  void follow(ShareGroup group) {
    if (group.epoch() > group.targetEpoch()) {
      refresh(group);
    }
  }

  private void compute(ShareGroup group, Reading reading) {
    Map<String, Subscriber> subscribers = new LinkedHashMap<>();
    for (ShareMember member : group.members()) {
      subscribers.put(
          member.id(),
          new Subscriber(
              null,
              reading.readers.getOrDefault(member.id(), Set.of()),
              group.target(member.id())));
    }
    Map<String, Set<LogId>> assigned =
        SharedPartitions.assign(new AssignmentInput(subscribers, reading.partitions));
    Map<String, Set<LogId>> changed = new LinkedHashMap<>();
    assigned.forEach(
        (memberId, partitions) -> {
          if (!partitions.equals(group.target(memberId))) {
            changed.put(memberId, PartitionSets.of(partitions));
          }
        });
    group.targetRecords(group.epoch(), reading.fingerprint, changed).forEach(shard::record);
    LOG.debug(
        "share group {} epoch {}: {} topics for {} members, {} of which change",
        group.id(),
        group.epoch(),
        reading.partitions.size(),
        group.size(),
        changed.size());
  }

  private Reading reading(ShareGroup group) {
    Map<String, Set<UUID>> readers = new HashMap<>();
    Map<UUID, Integer> partitions = new TreeMap<>();
    Map<Interest, Set<UUID>> known = new HashMap<>();
    for (ShareMember member : group.members()) {
      readers.put(
          member.id(),
          known.computeIfAbsent(member.interest(), interest -> find(group, interest, partitions)));
    }
    Fingerprint fingerprint = new Fingerprint();
    partitions.forEach((topic, count) -> fingerprint.add(topic).add(count));
    return new Reading(readers, partitions, fingerprint.value());
  }

  private Set<UUID> find(ShareGroup group, Interest interest, Map<UUID, Integer> partitions) {
    Set<UUID> topics = new LinkedHashSet<>();
    for (String name : interest.topics()) {
      Topic topic = catalog.find(name);
      if (topic != null) {
        int ready = partitions.computeIfAbsent(topic.id(), id -> readyPartitions(group, topic));
        if (ready > 0) {
          topics.add(topic.id());
        }
      }
    }
    return topics;
  }

  private static int readyPartitions(ShareGroup group, Topic topic) {
    int ready = 0;
    while (ready < topic.partitions() && group.isReady(topic.partition(ready))) {
      ready++;
    }
    return ready;
  }

  /** Partitions of topics that members name in which it is not certain that there are cursors. */
  Set<LogId> missing(ShareGroup group) {
    Set<String> names = new LinkedHashSet<>();
    group.members().forEach(member -> names.addAll(member.interest().topics()));
    return missing(group, names);
  }

  /** The same of topics of these names. */
  Set<LogId> missing(ShareGroup group, Collection<String> names) {
    Set<LogId> missing = new LinkedHashSet<>();
    for (String name : names) {
      Topic topic = catalog.find(name);
      for (int i = 0; topic != null && i < topic.partitions(); i++) {
        if (!group.isReady(topic.partition(i))) {
          missing.add(topic.partition(i));
        }
      }
    }
    return missing;
  }
}
