package io.millrace.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.millrace.batch.BatchChecks;
import io.millrace.batch.Codec;
import io.millrace.batch.InvalidBatchException;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.server.partition.Decompression;
import java.nio.ByteBuffer;

/** Bytes are a batch whose records can be walked, or an InvalidBatchException. */
class RecordBatchFuzzTest {
  private static final int MAX_BYTES = 1 << 20;

  @FuzzTest(maxDuration = "10m")
  void walk(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      BatchChecks.checkProduced(buffer.duplicate());
    } catch (InvalidBatchException expected) {
      // Whoever reads a damaged file walks it all the same.
    }
    try {
      RecordBatchView batch = new RecordBatchView();
      for (boolean found = batch.first(buffer.duplicate()); found; found = batch.next()) {
        walk(batch);
      }
    } catch (InvalidBatchException expected) {
      // As promised.
    }
  }

  private static void walk(RecordBatchView batch) {
    RecordIterator records = new RecordIterator();
    if (batch.codec() == Codec.NONE) {
      records.over(batch);
    } else {
      records.over(batch, Decompression.records(batch, MAX_BYTES));
    }
    while (records.next()) {
      records.record().copy();
    }
  }
}
