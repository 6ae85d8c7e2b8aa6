package io.millrace.server.tx;

import io.millrace.log.LogId;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/**
 * The sequence that the shard's next transacted batch in a partition gets.
 *
 * @param log the partition
 * @param next 0 or more
 */
record TxSequence(LogId log, int next) implements StateRecord {
  static final RecordType TYPE = new RecordType(93, "transaction-sequence", 1, TxSequence::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putUuid(log.group()).putInt(log.index()).putInt(next);
  }

  private static StateRecord read(StateReader in, int version) {
    return new TxSequence(new LogId(in.getUuid(), in.getInt()), in.getInt());
  }
}
