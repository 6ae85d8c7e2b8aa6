package io.millrace.it.differential;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Batches of records, right or wrong: {@code {values: ['a', 'b'], time: 1000, key: 'k', magic: 2,
 * pid: 0, epoch: 0, seq: 0, transactional: true, codec: 'gzip', flip: 30, cut: 1, pad: 1000, twice:
 * true}}.
 */
final class BatchBuilder {
  private static final long TIME = 1_700_000_000_000L;

  private BatchBuilder() {}

  static MemoryRecords records(JsonNode fields) {
    byte magic = (byte) fields.path("magic").asInt(RecordBatch.CURRENT_MAGIC_VALUE);
    ByteBufferOutputStream out = new ByteBufferOutputStream(1024);
    append(out, fields, magic);
    if (fields.has("twice")) {
      append(out, fields, magic);
    }
    ByteBuffer bytes = out.buffer();
    bytes.flip();
    if (fields.has("flip")) {
      int at = fields.get("flip").asInt();
      bytes.put(at, (byte) (bytes.get(at) ^ 1));
    }
    if (fields.has("cut")) {
      bytes.limit(bytes.limit() - fields.get("cut").asInt());
    }
    return MemoryRecords.readableRecords(bytes);
  }

  private static void append(ByteBufferOutputStream out, JsonNode fields, byte magic) {
    MemoryRecordsBuilder builder =
        new MemoryRecordsBuilder(
            out,
            magic,
            Compression.of(fields.path("codec").asText("none")).build(),
            TimestampType.CREATE_TIME,
            fields.path("base").asLong(0),
            RecordBatch.NO_TIMESTAMP,
            fields.path("pid").asLong(RecordBatch.NO_PRODUCER_ID),
            (short) fields.path("epoch").asInt(RecordBatch.NO_PRODUCER_EPOCH),
            fields.path("seq").asInt(RecordBatch.NO_SEQUENCE),
            fields.has("transactional"),
            false,
            RecordBatch.NO_PARTITION_LEADER_EPOCH,
            1 << 24);
    long time = fields.path("time").asLong(TIME);
    for (JsonNode value : fields.path("values")) {
      builder.append(time++, bytes(fields.path("key")), bytes(value, fields.path("pad").asInt()));
    }
    builder.close();
  }

  private static byte @Nullable [] bytes(JsonNode text) {
    return text.isTextual() ? text.asText().getBytes(StandardCharsets.UTF_8) : null;
  }

  private static byte @Nullable [] bytes(JsonNode text, int pad) {
    return text.isTextual()
        ? (text.asText() + "x".repeat(pad)).getBytes(StandardCharsets.UTF_8)
        : null;
  }
}
