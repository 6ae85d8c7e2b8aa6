package io.millrace.server.catalog;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;
import java.util.UUID;

/** A topic was deleted. */
record TopicDeletedRecord(UUID id) implements StateRecord {
  static final RecordType TYPE = new RecordType(2, "topic-deleted", 1, TopicDeletedRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putUuid(id);
  }

  private static TopicDeletedRecord read(StateReader in, int version) {
    return new TopicDeletedRecord(in.getUuid());
  }
}
