package io.millrace.server.catalog;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateFormatException;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A topic was created or changed: its whole state. */
record TopicRecord(Topic topic) implements StateRecord {
  static final RecordType TYPE = new RecordType(1, "topic", 1, TopicRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putUuid(topic.id());
    out.putString(topic.name());
    out.putInt(topic.kind().code());
    out.putInt(topic.partitions());
    out.putString(topic.owner());
    out.putLong(topic.createdMs());
    out.putInt(topic.config().size());
    // In order, so that equal states have equal bytes.
    new TreeMap<>(topic.config()).forEach((name, value) -> out.putString(name).putString(value));
  }

  private static TopicRecord read(StateReader in, int version) {
    UUID id = in.getUuid();
    String name = in.getString();
    int kind = in.getInt();
    int partitions = in.getInt();
    @Nullable String owner = in.getNullableString();
    long createdMs = in.getLong();
    int count = in.getCount();
    Map<String, String> config = new HashMap<>();
    for (int i = 0; i < count; i++) {
      String key = in.getString();
      config.put(key, in.getString());
    }
    try {
      return new TopicRecord(
          new Topic(id, name, TopicKind.of(kind), partitions, config, owner, createdMs));
    } catch (IllegalArgumentException e) {
      throw new StateFormatException("the record of topic " + name + " is damaged", e);
    }
  }
}
