package io.millrace.server.producer;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/** A transactional id was not used for long. */
record ProducerForgottenRecord(String transactionalId) implements StateRecord {
  static final RecordType TYPE =
      new RecordType(24, "producer-forgotten", 1, ProducerForgottenRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putString(transactionalId);
  }

  private static StateRecord read(StateReader in, int version) {
    return new ProducerForgottenRecord(in.getString());
  }
}
