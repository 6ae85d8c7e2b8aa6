package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.group.assignor.AssignmentInput;
import io.millrace.server.group.assignor.AssignmentInput.Subscriber;
import io.millrace.server.group.assignor.PartitionAssignor;
import io.millrace.server.shard.Shard;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes who of a consumer group is to have what (KIP-848), when the group's epoch or the topics
 * that it reads have changed. The shard's thread.
 */
final class ConsumerTargets {
  private static final Logger LOG = LoggerFactory.getLogger(ConsumerTargets.class);

  private final Shard<?> shard;
  private final ConsumerGroupConfig config;
  private final CatalogView catalog;
  private final TopicPatterns patterns;

  ConsumerTargets(
      Shard<?> shard, ConsumerGroupConfig config, CatalogView catalog, TopicPatterns patterns) {
    this.shard = shard;
    this.config = config;
    this.catalog = catalog;
    this.patterns = patterns;
  }

  /**
   * What a group reads now.
   *
   * @param readers topics by member id
   * @param partitions of all these topics
   */
  private record Reading(
      Map<String, Set<UUID>> readers, Map<UUID, Integer> partitions, long fingerprint) {}

  /** Begins a new epoch of the group. */
  void bump(ConsumerGroup group) {
    shard.record(new ConsumerGroupRecord(group.id(), group.epoch() + 1, shard.clock().wallMs()));
  }

  /**
   * Sees to it that the target is of the group's epoch and of the topics that there are. While it
   * is not known what matches a pattern the target stays as it is; this is called again then.
   */
  void refresh(ConsumerGroup group) {
    Reading reading = reading(group);
    if (reading == null) {
      return;
    }
    if (group.epoch() == group.targetEpoch()) {
      if (reading.fingerprint == group.fingerprint() || group.isEmpty()) {
        return;
      }
      bump(group);
    }
    compute(group, reading);
  }

  /** As {@link #refresh}, for requests, which change no topics: those come as events. */
  void follow(ConsumerGroup group) {
    if (group.epoch() > group.targetEpoch()) {
      refresh(group);
    }
  }

  private void compute(ConsumerGroup group, Reading reading) {
    Map<String, Subscriber> subscribers = new LinkedHashMap<>();
    for (ConsumerMember member : group.members()) {
      subscribers.put(
          member.id(),
          new Subscriber(
              member.instanceId(),
              reading.readers.getOrDefault(member.id(), Set.of()),
              group.target(member.id())));
    }
    PartitionAssignor assignor = assignor(group);
    Map<String, Set<LogId>> assigned =
        assignor.assign(new AssignmentInput(subscribers, reading.partitions));
    Map<String, Set<LogId>> changed = new LinkedHashMap<>();
    assigned.forEach(
        (memberId, partitions) -> {
          if (!partitions.equals(group.target(memberId))) {
            changed.put(memberId, PartitionSets.of(partitions));
          }
        });
    group.targetRecords(group.epoch(), reading.fingerprint, changed).forEach(shard::record);
    LOG.debug(
        "group {} epoch {}: {} assigns {} topics to {} members, {} of which change",
        group.id(),
        group.epoch(),
        assignor.name(),
        reading.partitions.size(),
        group.size(),
        changed.size());
  }

  /** The assignor that most members would like; the first when none says. */
  PartitionAssignor assignor(ConsumerGroup group) {
    PartitionAssignor best = config.assignors().get(0);
    int most = 0;
    for (PartitionAssignor each : config.assignors()) {
      int votes = 0;
      for (ConsumerMember member : group.members()) {
        if (each.name().equals(member.interest().assignor())) {
          votes++;
        }
      }
      if (votes > most) {
        best = each;
        most = votes;
      }
    }
    return best;
  }

  /** Null while a pattern is not resolved. */
  private @Nullable Reading reading(ConsumerGroup group) {
    Map<String, Set<UUID>> readers = new HashMap<>();
    Map<UUID, Integer> partitions = new TreeMap<>();
    Map<Interest, Set<UUID>> known = new HashMap<>();
    Map<Set<UUID>, Set<UUID>> equal = new HashMap<>();
    Set<String> used = new TreeSet<>();
    for (ConsumerMember member : group.members()) {
      Interest interest = member.interest();
      Set<UUID> topics = known.get(interest);
      if (topics == null) {
        String pattern = interest.pattern();
        Set<String> matching = pattern == null ? Set.of() : patterns.topics(pattern);
        if (pattern != null) {
          used.add(pattern);
        }
        if (matching == null) {
          used.forEach(this::wantUnknown);
          return null;
        }
        topics = new LinkedHashSet<>();
        find(interest.topics(), topics, partitions);
        find(matching, topics, partitions);
        // Who reads the same has the same set, which assignors make use of.
        Set<UUID> same = equal.putIfAbsent(topics, topics);
        topics = same == null ? topics : same;
        known.put(interest, topics);
      }
      readers.put(member.id(), topics);
    }
    return new Reading(readers, partitions, fingerprint(partitions, used));
  }

  private void wantUnknown(String pattern) {
    if (patterns.topics(pattern) == null) {
      patterns.want(pattern);
    }
  }

  private void find(Iterable<String> names, Set<UUID> topics, Map<UUID, Integer> partitions) {
    for (String name : names) {
      Topic topic = catalog.find(name);
      if (topic != null) {
        topics.add(topic.id());
        partitions.put(topic.id(), topic.partitions());
      }
    }
  }

  private long fingerprint(Map<UUID, Integer> partitions, Set<String> used) {
    Fingerprint fingerprint = new Fingerprint();
    partitions.forEach((topic, count) -> fingerprint.add(topic).add(count));
    for (String pattern : used) {
      fingerprint.add(pattern);
      Set<String> matching = patterns.topics(pattern);
      if (matching != null) {
        matching.forEach(fingerprint::add);
      }
    }
    return fingerprint.value();
  }
}
