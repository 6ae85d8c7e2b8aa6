package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Kafka's consumers say to each other under the classic protocol: what they subscribe to, what
 * they have, and what they are given. Immutable; any thread.
 */
final class EmbeddedProtocol {
  /** The type of classic groups whose members say this. */
  static final String TYPE = "consumer";

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedProtocol.class);

  private final CatalogView catalog;

  EmbeddedProtocol(CatalogView catalog) {
    this.catalog = catalog;
  }

  /** What a member said when it joined; null when it cannot be read. */
  static @Nullable Subscription subscription(List<MemberProtocol> protocols) {
    if (protocols.isEmpty()) {
      return null;
    }
    try {
      return ConsumerProtocol.deserializeSubscription(
          ByteBuffer.wrap(protocols.get(0).metadata().bytes()));
    } catch (RuntimeException e) {
      // Not SchemaException alone: what a member sends can be wrong in any way.
      LOG.debug("{} is no subscription: {}", protocols.get(0), e.getMessage());
      return null;
    }
  }

  /** The partitions of these that exist. */
  Set<LogId> toIds(List<TopicPartition> partitions) {
    Set<LogId> ids = new LinkedHashSet<>();
    for (TopicPartition each : partitions) {
      Topic topic = catalog.find(each.topic());
      if (topic != null && topic.hasPartition(each.partition())) {
        ids.add(topic.partition(each.partition()));
      }
    }
    return ids;
  }

  /** A member with its assignment, as one of a consumer group; null when it cannot be read. */
  @Nullable ConsumerMember toConsumerMember(Member member, int epoch) {
    Subscription subscription = subscription(member.protocols());
    if (subscription == null) {
      return null;
    }
    Set<LogId> assigned;
    try {
      assigned = member.assignment().equals(Opaque.EMPTY) ? Set.of() : assigned(member);
    } catch (RuntimeException e) {
      LOG.debug("the assignment of {} cannot be read: {}", member.id(), e.getMessage());
      return null;
    }
    return new ConsumerMember(
        member.id(),
        member.instanceId(),
        subscription.rackId().orElse(null),
        member.clientId(),
        member.clientHost(),
        member.rebalanceTimeoutMs(),
        new Interest(subscription.topics(), null, null),
        epoch,
        epoch,
        ConsumerMemberState.STABLE,
        assigned,
        Set.of(),
        new ClassicMembership(member.sessionTimeoutMs(), member.protocols()));
  }

  private Set<LogId> assigned(Member member) {
    return toIds(
        ConsumerProtocol.deserializeAssignment(ByteBuffer.wrap(member.assignment().bytes()))
            .partitions());
  }

  /** A member that speaks the classic protocol, as one of a classic group. */
  GroupRecord.MemberState toClassicMember(ConsumerMember member) {
    ClassicMembership classic = member.classic();
    if (classic == null) {
      throw new IllegalArgumentException(member.id() + " does not speak the classic protocol");
    }
    return new GroupRecord.MemberState(
        member.id(),
        member.instanceId(),
        member.clientId(),
        member.clientHost(),
        classic.sessionTimeoutMs(),
        member.rebalanceTimeoutMs(),
        classic.protocols(),
        assignment(member));
  }

  /** What a member is given, in the version that it understands. */
  Opaque assignment(ConsumerMember member) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (LogId each : member.assigned()) {
      Topic topic = catalog.find(each.group());
      if (topic != null) {
        partitions.add(new TopicPartition(topic.name(), each.index()));
      }
    }
    ClassicMembership classic = member.classic();
    short version =
        classic == null || classic.protocols().isEmpty()
            ? 0
            : version(classic.protocols().get(0).metadata());
    ByteBuffer bytes = ConsumerProtocol.serializeAssignment(new Assignment(partitions), version);
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return Opaque.of(copy);
  }

  private static short version(Opaque subscription) {
    try {
      return ConsumerProtocol.deserializeVersion(ByteBuffer.wrap(subscription.bytes()));
    } catch (RuntimeException e) {
      return 0;
    }
  }
}
