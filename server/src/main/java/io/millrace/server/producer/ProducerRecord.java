package io.millrace.server.producer;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/** All that is known of a transactional id, for the sweep of the state log. */
record ProducerRecord(String transactionalId, ProducerEntry entry, Participants participants)
    implements StateRecord {
  static final RecordType TYPE = new RecordType(21, "producer", 1, ProducerRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putString(transactionalId);
    entry.write(out);
    participants.write(out);
  }

  private static StateRecord read(StateReader in, int version) {
    return new ProducerRecord(in.getString(), ProducerEntry.read(in), Participants.read(in));
  }
}
