package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What members of a share group are to have, as of an epoch. Members that are not named are to have
 * what they were to have before.
 *
 * @param fingerprint of the topics that the target was computed with
 * @param targets partitions by member id
 */
record ShareTargetRecord(
    String groupId, int epoch, long fingerprint, Map<String, Set<LogId>> targets)
    implements StateRecord {
  static final RecordType TYPE = new RecordType(43, "share-target", 1, ShareTargetRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public long weight() {
    long weight = 0;
    for (Set<LogId> partitions : targets.values()) {
      weight += PartitionList.weight(partitions.size());
    }
    return weight;
  }

  @Override
  public void write(StateWriter out) {
    out.putString(groupId);
    out.putInt(epoch);
    out.putLong(fingerprint);
    out.putInt(targets.size());
    targets.forEach(
        (memberId, partitions) -> {
          out.putString(memberId);
          PartitionList.write(partitions, out);
        });
  }

  private static ShareTargetRecord read(StateReader in, int version) {
    String groupId = in.getString();
    int epoch = in.getInt();
    long fingerprint = in.getLong();
    int count = in.getCount();
    Map<String, Set<LogId>> targets = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      String memberId = in.getString();
      targets.put(memberId, PartitionList.read(in));
    }
    return new ShareTargetRecord(groupId, epoch, fingerprint, targets);
  }
}
