package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.shard.Shard;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a group from one protocol to the other (KIP-848). The shard's thread.
 *
 * <p>A group without members becomes what its first member speaks. A stable classic group of Kafka
 * consumers becomes a consumer group with the first member that speaks the new protocol; the others
 * stay what they are, with what they have, see {@link ClassicMemberHandler}. When the last one that
 * speaks the new protocol has gone, a group whose members all speak the classic one is a classic
 * group again, which rebalances.
 */
final class Migration {
  private static final Logger LOG = LoggerFactory.getLogger(Migration.class);

  private final Shard<?> shard;
  private final ConsumerGroupConfig config;
  private final EmbeddedProtocol embedded;
  private final Rebalancer rebalancer;

  Migration(
      Shard<?> shard,
      ConsumerGroupConfig config,
      EmbeddedProtocol embedded,
      Rebalancer rebalancer) {
    this.shard = shard;
    this.config = config;
    this.embedded = embedded;
    this.rebalancer = rebalancer;
  }

  private long nowMs() {
    return shard.clock().wallMs();
  }

  // ---- up

  /** What an attempt to upgrade came to. */
  enum Upgrade {
    DONE,
    /** The group is in the middle of a rebalance: to be tried again. */
    LATER,
    REFUSED
  }

  /** Makes a classic group a consumer group, if it may be one. */
  Upgrade upgrade(Group group) {
    ClassicGroup classic = group.classic();
    if (classic.is(GroupState.EMPTY)) {
      classic.cancelTimers();
      shard.record(new ConsumerGroupRecord(group.id(), classic.generation(), nowMs()));
      return Upgrade.DONE;
    }
    if (!config.migration().upgrades()
        || !EmbeddedProtocol.TYPE.equals(classic.protocolType())
        || classic.size() >= config.maxSize()) {
      return Upgrade.REFUSED;
    }
    if (!classic.is(GroupState.STABLE)) {
      return Upgrade.LATER;
    }
    List<ConsumerMember> members = new ArrayList<>();
    long bytes = ConsumerLimits.MEMBER_BYTES;
    for (Member each : classic.members()) {
      ConsumerMember member = embedded.toConsumerMember(each, classic.generation());
      if (member == null) {
        LOG.info(
            "group {} stays classic: what member {} says is not of Kafka's consumers",
            group.id(),
            each.id());
        return Upgrade.REFUSED;
      }
      members.add(member);
      bytes += member.saidBytes();
    }
    if (bytes > ConsumerLimits.GROUP_BYTES) {
      LOG.info("group {} stays classic: its members say too much", group.id());
      return Upgrade.REFUSED;
    }
    upgrade(group, classic, members);
    return Upgrade.DONE;
  }

  private void upgrade(Group group, ClassicGroup classic, List<ConsumerMember> members) {
    LOG.info(
        "group {} goes on as a consumer group, with {} members that speak the classic protocol",
        group.id(),
        members.size());
    int epoch = classic.generation();
    classic.cancelTimers();
    shard.record(new ConsumerGroupRecord(group.id(), epoch, nowMs()));
    Map<String, Set<LogId>> targets = new LinkedHashMap<>();
    for (ConsumerMember member : members) {
      shard.record(new ConsumerMemberRecord(group.id(), member));
      targets.put(member.id(), member.assigned());
    }
    group.consumer().targetRecords(epoch, 0, targets).forEach(shard::record);
  }

  // ---- down

  /** A consumer group without members becomes a classic one without members. */
  void downgradeEmpty(Group group) {
    ConsumerGroup consumer = group.consumer();
    shard.record(
        new GroupRecord(
            group.id(), consumer.epoch(), null, null, null, consumer.changedMs(), List.of()));
  }

  /** Makes a consumer group classic when all its members are; false when it stays. */
  boolean downgrade(Group group) {
    ConsumerGroup consumer = group.consumer();
    if (consumer.isEmpty() || !consumer.isAllClassic() || !config.migration().downgrades()) {
      return false;
    }
    LOG.info(
        "group {} goes on as a classic group: its {} members speak the classic protocol",
        group.id(),
        consumer.size());
    List<GroupRecord.MemberState> members = new ArrayList<>();
    for (ConsumerMember each : consumer.members()) {
      members.add(embedded.toClassicMember(each));
    }
    shard.record(
        new GroupRecord(
            group.id(),
            consumer.epoch(),
            EmbeddedProtocol.TYPE,
            // As after no rebalance: if the server dies before this one is complete, it begins
            // anew.
            null,
            members.get(0).id(),
            nowMs(),
            List.copyOf(members)));
    rebalancer.resume(group);
    return true;
  }
}
