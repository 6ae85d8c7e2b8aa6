package io.millrace.server.producer;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/**
 * A transactional id is known, or has another state. The participants stay while their transaction
 * is open, and are forgotten with any other state.
 */
record ProducerChangedRecord(String transactionalId, ProducerEntry entry) implements StateRecord {
  static final RecordType TYPE =
      new RecordType(22, "producer-changed", 1, ProducerChangedRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putString(transactionalId);
    entry.write(out);
  }

  private static StateRecord read(StateReader in, int version) {
    return new ProducerChangedRecord(in.getString(), ProducerEntry.read(in));
  }
}
