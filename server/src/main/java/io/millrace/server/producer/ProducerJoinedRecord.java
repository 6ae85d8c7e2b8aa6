package io.millrace.server.producer;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/**
 * Participants join a producer's transaction, which begins with the first of them.
 *
 * @param nowMs milliseconds since the epoch
 */
record ProducerJoinedRecord(String transactionalId, long nowMs, Participants participants)
    implements StateRecord {
  static final RecordType TYPE =
      new RecordType(23, "producer-joined", 1, ProducerJoinedRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putString(transactionalId).putLong(nowMs);
    participants.write(out);
  }

  private static StateRecord read(StateReader in, int version) {
    return new ProducerJoinedRecord(in.getString(), in.getLong(), Participants.read(in));
  }
}
