package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;
import java.util.Map;

/**
 * A transaction under way is to commit these offsets. They do not count yet. Not to be united with
 * others: whether a pending offset or a committed one is the later of the two decides which counts.
 *
 * @param producerEpoch of the producer when it committed them
 */
record OffsetsPendingRecord(
    String groupId, long producerId, short producerEpoch, Map<LogId, CommittedOffset> offsets)
    implements StateRecord {
  static final RecordType TYPE =
      new RecordType(34, "offsets-pending", 1, OffsetsPendingRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putString(groupId);
    out.putLong(producerId);
    out.putInt(producerEpoch);
    OffsetList.write(offsets, out);
  }

  private static OffsetsPendingRecord read(StateReader in, int version) {
    String groupId = in.getString();
    long producerId = in.getLong();
    short producerEpoch = (short) in.getInt();
    return new OffsetsPendingRecord(groupId, producerId, producerEpoch, OffsetList.read(in));
  }
}
