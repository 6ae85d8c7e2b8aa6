package io.millrace.server.cursor;

import io.millrace.batch.BatchFormat;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.batch.RecordView;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads delivered records as a client does. */
final class Records {
  private Records() {}

  record Read(long offset, String value) {}

  static List<Read> of(DeliveredRun run) {
    ByteBuffer header = ByteBuffer.allocate(BatchFormat.HEADER_BYTES);
    header.putLong(BatchFormat.BASE_OFFSET, run.baseOffset());
    header.putInt(BatchFormat.BATCH_LENGTH, BatchFormat.HEADER_BYTES - BatchFormat.LENGTH_OVERHEAD);
    header.put(BatchFormat.MAGIC, BatchFormat.CURRENT_MAGIC);
    header.putInt(BatchFormat.LAST_OFFSET_DELTA, Integer.MAX_VALUE);
    header.putInt(BatchFormat.RECORD_COUNT, run.count());
    RecordIterator records =
        new RecordIterator().over(new RecordBatchView().wrap(header, 0), run.records().duplicate());
    List<Read> all = new ArrayList<>();
    while (records.next()) {
      RecordView record = records.record();
      ByteBuffer value = record.value();
      all.add(
          new Read(
              record.offset(),
              value == null ? "" : StandardCharsets.UTF_8.decode(value).toString()));
    }
    return all;
  }
}
