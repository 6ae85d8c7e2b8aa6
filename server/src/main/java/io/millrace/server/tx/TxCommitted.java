package io.millrace.server.tx;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/**
 * A session's newest transaction that took place, for a client that asks again. Whole by itself
 * where the transaction only consumed, and only on this shard.
 *
 * @param key which transaction
 */
record TxCommitted(TxKey key) implements StateRecord {
  static final RecordType TYPE = new RecordType(92, "transaction-committed", 1, TxCommitted::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    key.write(out);
  }

  private static StateRecord read(StateReader in, int version) {
    return new TxCommitted(TxKey.read(in));
  }
}
