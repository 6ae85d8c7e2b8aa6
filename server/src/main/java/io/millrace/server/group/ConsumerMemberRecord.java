package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A member of a consumer group as it is now. Replaces what was kept of it before. */
record ConsumerMemberRecord(String groupId, ConsumerMember member) implements StateRecord {
  static final RecordType TYPE =
      new RecordType(37, "consumer-member", 1, ConsumerMemberRecord::read);

  /** The session timeout of a member that does not speak the classic protocol. */
  private static final int NOT_CLASSIC = 0;

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public long weight() {
    return member.saidBytes()
        + PartitionList.weight(member.assigned().size())
        + PartitionList.weight(member.revoking().size());
  }

  @Override
  public void write(StateWriter out) {
    out.putString(groupId);
    out.putString(member.id());
    out.putString(member.instanceId());
    out.putString(member.rackId());
    out.putString(member.clientId());
    out.putString(member.clientHost());
    out.putInt(member.rebalanceTimeoutMs());
    out.putInt(member.interest().topics().size());
    member.interest().topics().forEach(out::putString);
    out.putString(member.interest().pattern());
    out.putString(member.interest().assignor());
    out.putInt(member.epoch());
    out.putInt(member.previousEpoch());
    out.putInt(member.state().code());
    PartitionList.write(member.assigned(), out);
    PartitionList.write(member.revoking(), out);
    ClassicMembership classic = member.classic();
    out.putInt(classic == null ? NOT_CLASSIC : classic.sessionTimeoutMs());
    List<MemberProtocol> protocols = classic == null ? List.of() : classic.protocols();
    out.putInt(protocols.size());
    for (MemberProtocol protocol : protocols) {
      out.putString(protocol.name());
      out.putBytes(protocol.metadata().bytes());
    }
  }

  private static ConsumerMemberRecord read(StateReader in, int version) {
    String groupId = in.getString();
    String id = in.getString();
    @Nullable String instanceId = in.getNullableString();
    @Nullable String rackId = in.getNullableString();
    String clientId = in.getString();
    String clientHost = in.getString();
    int rebalanceTimeoutMs = in.getInt();
    int count = in.getCount();
    List<String> topics = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      topics.add(in.getString());
    }
    Interest interest = new Interest(topics, in.getNullableString(), in.getNullableString());
    int epoch = in.getInt();
    int previousEpoch = in.getInt();
    ConsumerMemberState state = ConsumerMemberState.of(in.getInt());
    Set<LogId> assigned = PartitionList.read(in);
    Set<LogId> revoking = PartitionList.read(in);
    return new ConsumerMemberRecord(
        groupId,
        new ConsumerMember(
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
            readClassic(in)));
  }

  private static @Nullable ClassicMembership readClassic(StateReader in) {
    int sessionTimeoutMs = in.getInt();
    int count = in.getCount();
    List<MemberProtocol> protocols = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = in.getString();
      protocols.add(new MemberProtocol(name, Opaque.of(in.getBytes())));
    }
    return sessionTimeoutMs == NOT_CLASSIC
        ? null
        : new ClassicMembership(sessionTimeoutMs, protocols);
  }
}
