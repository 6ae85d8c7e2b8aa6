package io.millrace.server.group;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A member of a share group as it is now. Replaces what was kept of it before. */
record ShareMemberRecord(String groupId, ShareMember member) implements StateRecord {
  static final RecordType TYPE = new RecordType(41, "share-member", 1, ShareMemberRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public long weight() {
    return member.saidBytes() + PartitionList.weight(member.assigned().size());
  }

  @Override
  public void write(StateWriter out) {
    out.putString(groupId);
    out.putString(member.id());
    out.putString(member.rackId());
    out.putString(member.clientId());
    out.putString(member.clientHost());
    out.putInt(member.interest().topics().size());
    member.interest().topics().forEach(out::putString);
    out.putInt(member.epoch());
    out.putInt(member.previousEpoch());
    PartitionList.write(member.assigned(), out);
  }

  private static ShareMemberRecord read(StateReader in, int version) {
    String groupId = in.getString();
    String id = in.getString();
    @Nullable String rackId = in.getNullableString();
    String clientId = in.getString();
    String clientHost = in.getString();
    int count = in.getCount();
    List<String> topics = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      topics.add(in.getString());
    }
    return new ShareMemberRecord(
        groupId,
        new ShareMember(
            id,
            rackId,
            clientId,
            clientHost,
            ShareMember.interest(topics),
            in.getInt(),
            in.getInt(),
            PartitionList.read(in)));
  }
}
