package io.millrace.server.tx;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/**
 * Every participant has what was decided.
 *
 * @param decision which decision
 */
record TxApplied(long decision) implements StateRecord {
  static final RecordType TYPE = new RecordType(91, "transaction-applied", 1, TxApplied::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putLong(decision);
  }

  private static StateRecord read(StateReader in, int version) {
    return new TxApplied(in.getLong());
  }
}
