package io.millrace.server.shard;

import io.millrace.batch.BatchBuilder;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.batch.RecordView;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * State records as bytes: each append is one record batch, so that it survives whole or not at all.
 * A record's key is its type (two bytes) and version (one byte); its value is what {@link
 * StateRecord#write} wrote. Described in {@code docs/format/state-log.md}. One thread.
 */
final class StateLogFormat {
  static final int KEY_BYTES = 3;

  private final Map<Integer, RecordType> types = new HashMap<>();
  private final StateWriter values = new StateWriter();
  private final BatchBuilder batches = new BatchBuilder(4096);
  private final ByteBuffer key = ByteBuffer.allocate(KEY_BYTES);

  void clear() {
    types.clear();
  }

  void register(RecordType type) {
    RecordType other = types.put(type.id(), type);
    if (other != null) {
      throw new IllegalArgumentException(
          "record type " + type.id() + " is both " + other.name() + " and " + type.name());
    }
  }

  /** The records as one batch, in a buffer of its own. */
  ByteBuffer write(List<StateRecord> records, long nowMs) {
    batches.reset();
    for (StateRecord record : records) {
      values.reset();
      record.write(values);
      key.clear();
      key.putShort((short) record.type().id()).put((byte) record.type().version()).flip();
      batches.append(nowMs, key, values.view());
    }
    return batches.take();
  }

  /**
   * Reads whole batches.
   *
   * @param from records below this offset are skipped
   * @return the offset behind the last record read
   * @throws StateFormatException on unknown types or versions and on damaged values
   */
  long read(ByteBuffer chunk, long from, Consumer<StateRecord> out) {
    long next = from;
    RecordBatchView batch = new RecordBatchView();
    RecordIterator records = new RecordIterator();
    for (boolean more = batch.first(chunk); more; more = batch.next()) {
      if (!batch.isCrcValid()) {
        throw new StateFormatException(
            "the state log is damaged at offset " + batch.baseOffset(), null);
      }
      records.over(batch);
      while (records.next()) {
        RecordView record = records.record();
        if (record.offset() >= from) {
          out.accept(read(record));
        }
      }
      next = batch.nextOffset();
    }
    return next;
  }

  private StateRecord read(RecordView record) {
    ByteBuffer typed = record.key();
    ByteBuffer value = record.value();
    if (typed == null || typed.remaining() != KEY_BYTES || value == null) {
      throw new StateFormatException("no state record at offset " + record.offset(), null);
    }
    int id = typed.getShort() & 0xffff;
    int version = typed.get() & 0xff;
    RecordType type = types.get(id);
    if (type == null || version > type.version()) {
      throw new StateFormatException(
          "record type "
              + id
              + " version "
              + version
              + " is unknown: this data was written by a newer server; start that one",
          null);
    }
    return type.reader().read(new StateReader(value), version);
  }
}
