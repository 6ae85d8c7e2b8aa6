package io.millrace.server.catalog;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;
import java.util.UUID;

/** The cluster was made and got its id. Written once. */
record ClusterRecord(UUID id) implements StateRecord {
  static final RecordType TYPE = new RecordType(3, "cluster", 1, ClusterRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putUuid(id);
  }

  private static ClusterRecord read(StateReader in, int version) {
    return new ClusterRecord(in.getUuid());
  }
}
