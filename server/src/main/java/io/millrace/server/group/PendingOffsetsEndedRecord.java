package io.millrace.server.group;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/**
 * A transaction has ended: its pending offsets count from now on, or are dropped.
 *
 * @param producerEpoch of the marker: ends what is pending of this epoch and of lower ones
 */
record PendingOffsetsEndedRecord(
    String groupId, long producerId, short producerEpoch, boolean committed)
    implements StateRecord {
  static final RecordType TYPE =
      new RecordType(35, "pending-offsets-ended", 1, PendingOffsetsEndedRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putString(groupId);
    out.putLong(producerId);
    out.putInt(producerEpoch);
    out.putBoolean(committed);
  }

  private static PendingOffsetsEndedRecord read(StateReader in, int version) {
    String groupId = in.getString();
    long producerId = in.getLong();
    short producerEpoch = (short) in.getInt();
    return new PendingOffsetsEndedRecord(groupId, producerId, producerEpoch, in.getBoolean());
  }
}
