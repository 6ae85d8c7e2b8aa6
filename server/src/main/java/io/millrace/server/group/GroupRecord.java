package io.millrace.server.group;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A classic group as it is when a rebalance is complete: its generation with all members and their
 * assignments. Replaces what was kept before; committed offsets are apart.
 *
 * @param protocolName the chosen strategy; null without members, and with members that have yet to
 *     share what there is: the group was of the new protocol
 * @param leader null without members
 * @param stateSinceMs when it became stable or empty, in milliseconds since the epoch
 */
record GroupRecord(
    String groupId,
    int generation,
    @Nullable String protocolType,
    @Nullable String protocolName,
    @Nullable String leader,
    long stateSinceMs,
    List<MemberState> members)
    implements StateRecord {

  static final RecordType TYPE = new RecordType(30, "group", 1, GroupRecord::read);

  /** A member with what it said and was given. */
  record MemberState(
      String id,
      @Nullable String instanceId,
      String clientId,
      String clientHost,
      int sessionTimeoutMs,
      int rebalanceTimeoutMs,
      List<MemberProtocol> protocols,
      Opaque assignment) {

    static MemberState of(Member member, Opaque assignment) {
      return new MemberState(
          member.id(),
          member.instanceId(),
          member.clientId(),
          member.clientHost(),
          member.sessionTimeoutMs(),
          member.rebalanceTimeoutMs(),
          member.protocols(),
          assignment);
    }

    MemberState withId(String other) {
      return new MemberState(
          other,
          instanceId,
          clientId,
          clientHost,
          sessionTimeoutMs,
          rebalanceTimeoutMs,
          protocols,
          assignment);
    }

    Member toMember() {
      Member member =
          new Member(
              id,
              instanceId,
              clientId,
              clientHost,
              sessionTimeoutMs,
              rebalanceTimeoutMs,
              protocols);
      member.assign(assignment);
      return member;
    }
  }

  /** The group with the assignments that its members have. */
  static GroupRecord of(ClassicGroup group) {
    List<MemberState> members = new ArrayList<>();
    group.members().forEach(each -> members.add(MemberState.of(each, each.assignment())));
    return of(group, group.stateSinceMs(), members);
  }

  static GroupRecord of(ClassicGroup group, long stateSinceMs, List<MemberState> members) {
    return new GroupRecord(
        group.id(),
        group.generation(),
        group.protocolType(),
        group.protocolName(),
        group.leader(),
        stateSinceMs,
        List.copyOf(members));
  }

  /**
   * The same generation, with the ids that its static members have by now. A member that was told
   * its new id must not lose its instance to the old one when the server restarts.
   */
  GroupRecord withStaticIdsOf(ClassicGroup group) {
    Map<String, String> renamed = new HashMap<>();
    List<MemberState> now = new ArrayList<>();
    for (MemberState each : members) {
      Member member = each.instanceId == null ? null : group.staticMember(each.instanceId);
      MemberState kept = member == null ? each : each.withId(member.id());
      renamed.put(each.id, kept.id);
      now.add(kept);
    }
    String newLeader = leader == null ? null : renamed.getOrDefault(leader, leader);
    return new GroupRecord(
        groupId, generation, protocolType, protocolName, newLeader, stateSinceMs, List.copyOf(now));
  }

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public long weight() {
    long weight = 0;
    for (MemberState each : members) {
      weight += each.assignment.bytes().length;
      for (MemberProtocol protocol : each.protocols) {
        weight += protocol.metadata().bytes().length;
      }
    }
    return weight;
  }

  @Override
  public void write(StateWriter out) {
    out.putString(groupId);
    out.putInt(generation);
    out.putString(protocolType);
    out.putString(protocolName);
    out.putString(leader);
    out.putLong(stateSinceMs);
    out.putInt(members.size());
    for (MemberState member : members) {
      out.putString(member.id);
      out.putString(member.instanceId);
      out.putString(member.clientId);
      out.putString(member.clientHost);
      out.putInt(member.sessionTimeoutMs);
      out.putInt(member.rebalanceTimeoutMs);
      out.putInt(member.protocols.size());
      for (MemberProtocol protocol : member.protocols) {
        out.putString(protocol.name());
        out.putBytes(protocol.metadata().bytes());
      }
      out.putBytes(member.assignment.bytes());
    }
  }

  private static GroupRecord read(StateReader in, int version) {
    String groupId = in.getString();
    int generation = in.getInt();
    @Nullable String protocolType = in.getNullableString();
    @Nullable String protocolName = in.getNullableString();
    @Nullable String leader = in.getNullableString();
    long stateSinceMs = in.getLong();
    int count = in.getCount();
    List<MemberState> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      members.add(readMember(in));
    }
    return new GroupRecord(
        groupId, generation, protocolType, protocolName, leader, stateSinceMs, members);
  }

  private static MemberState readMember(StateReader in) {
    String id = in.getString();
    @Nullable String instanceId = in.getNullableString();
    String clientId = in.getString();
    String clientHost = in.getString();
    int sessionTimeoutMs = in.getInt();
    int rebalanceTimeoutMs = in.getInt();
    int count = in.getCount();
    List<MemberProtocol> protocols = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = in.getString();
      protocols.add(new MemberProtocol(name, Opaque.of(in.getBytes())));
    }
    return new MemberState(
        id,
        instanceId,
        clientId,
        clientHost,
        sessionTimeoutMs,
        rebalanceTimeoutMs,
        protocols,
        Opaque.of(in.getBytes()));
  }
}
