package io.millrace.server.group;

import io.millrace.log.LogId;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A member of a consumer group, as it is kept (KIP-848). Immutable.
 *
 * @param id chosen by the client, or by the server for clients of version 0
 * @param instanceId of a static member (KIP-345), else null
 * @param rackId where the client says that it is; nothing depends on it
 * @param rebalanceTimeoutMs how long it may take to give partitions back, in milliseconds
 * @param epoch of the target that it has reached; 0 before the first, {@link #AWAY} for a static
 *     member that means to come back
 * @param previousEpoch the one before, with which it asks when an answer was lost
 * @param assigned what it may read. Together with {@code revoking} what no other member may have
 * @param revoking what it is to give back, in the state {@link ConsumerMemberState#UNREVOKED}
 * @param classic for members that speak the classic protocol; else null
 */
record ConsumerMember(
    String id,
    @Nullable String instanceId,
    @Nullable String rackId,
    String clientId,
    String clientHost,
    int rebalanceTimeoutMs,
    Interest interest,
    int epoch,
    int previousEpoch,
    ConsumerMemberState state,
    Set<LogId> assigned,
    Set<LogId> revoking,
    @Nullable ClassicMembership classic) {

  /** The epoch with which a static member leaves for a while, and that it has until it is back. */
  static final int AWAY = -2;

  private static final int BYTES_PER_MEMBER = 80;

  ConsumerMember {
    assigned = PartitionSets.of(assigned);
    revoking = PartitionSets.of(revoking);
  }

  /** Somebody who has not yet been given anything. */
  static ConsumerMember joining(String id, @Nullable String instanceId, Interest interest) {
    return new ConsumerMember(
        id,
        instanceId,
        null,
        "",
        "",
        0,
        interest,
        0,
        0,
        ConsumerMemberState.STABLE,
        Set.of(),
        Set.of(),
        null);
  }

  boolean isAway() {
    return epoch == AWAY;
  }

  boolean isClassic() {
    return classic != null;
  }

  /** About how many bytes what its client says of itself takes in a record. */
  long saidBytes() {
    long bytes = (long) BYTES_PER_MEMBER + id.length() + clientId.length() + clientHost.length();
    bytes += lengthOf(instanceId) + lengthOf(rackId) + interest.bytes();
    if (classic != null) {
      for (MemberProtocol protocol : classic.protocols()) {
        bytes += protocol.name().length() + protocol.metadata().bytes().length;
      }
    }
    return bytes;
  }

  private static long lengthOf(@Nullable String value) {
    return value == null ? 0 : value.length();
  }

  boolean has(LogId partition) {
    return assigned.contains(partition) || revoking.contains(partition);
  }

  /** The same with what the client says of itself now. */
  ConsumerMember said(
      @Nullable String rack, String client, String host, int timeoutMs, Interest wanted) {
    if (Objects.equals(rack, rackId)
        && client.equals(clientId)
        && host.equals(clientHost)
        && timeoutMs == rebalanceTimeoutMs
        && wanted.equals(interest)) {
      return this;
    }
    return new ConsumerMember(
        id,
        instanceId,
        rack,
        client,
        host,
        timeoutMs,
        wanted,
        epoch,
        previousEpoch,
        state,
        assigned,
        revoking,
        classic);
  }

  /** The same, further on its way; the epoch that it leaves is remembered. */
  ConsumerMember moved(
      int newEpoch, ConsumerMemberState newState, Set<LogId> has, Set<LogId> givesBack) {
    return new ConsumerMember(
        id,
        instanceId,
        rackId,
        clientId,
        clientHost,
        rebalanceTimeoutMs,
        interest,
        newEpoch,
        newEpoch == epoch ? previousEpoch : epoch,
        newState,
        has,
        givesBack,
        classic);
  }

  /** It begins anew and has nothing. */
  ConsumerMember rejoining() {
    return moved(0, ConsumerMemberState.STABLE, Set.of(), Set.of());
  }

  /** A static member leaves for a while; its partitions wait for it. */
  ConsumerMember away() {
    return moved(AWAY, ConsumerMemberState.STABLE, assigned, Set.of());
  }

  /** Another process takes the place of this static member. */
  ConsumerMember replacedBy(String newId) {
    return new ConsumerMember(
        newId,
        instanceId,
        rackId,
        clientId,
        clientHost,
        rebalanceTimeoutMs,
        interest,
        0,
        0,
        ConsumerMemberState.STABLE,
        assigned,
        Set.of(),
        classic);
  }

  /** The same, speaking the classic protocol; null for the new one. */
  ConsumerMember speaking(@Nullable ClassicMembership how) {
    if (Objects.equals(how, classic)) {
      return this;
    }
    return new ConsumerMember(
        id,
        instanceId,
        rackId,
        clientId,
        clientHost,
        rebalanceTimeoutMs,
        interest,
        epoch,
        previousEpoch,
        state,
        assigned,
        revoking,
        how);
  }
}
