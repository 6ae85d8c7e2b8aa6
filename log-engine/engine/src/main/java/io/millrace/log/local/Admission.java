package io.millrace.log.local;

import io.millrace.batch.BatchChecks;
import io.millrace.batch.InvalidBatchException;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.TransactionMarker;
import io.millrace.log.BatchTooLargeException;
import io.millrace.log.CorruptBatchException;
import io.millrace.log.local.producer.AppendTrial;
import io.millrace.log.local.producer.ProducerTable;
import java.nio.ByteBuffer;

/** Decides whether batches may be appended. Changes nothing. */
final class Admission {
  private Admission() {}

  /**
   * Checks form and size. What the server itself writes is small and must not fail for what a topic
   * allows to its clients: a transaction could not be ended.
   *
   * @return the number of batches
   */
  static int checkForm(ByteBuffer batches, int maxBatchBytes) {
    RecordBatchView batch = new RecordBatchView();
    int count = 0;
    try {
      for (boolean found = batch.first(batches); found; found = batch.next()) {
        if (batch.sizeInBytes() > maxBatchBytes && !batch.isControl()) {
          throw new BatchTooLargeException(
              "a record batch of "
                  + batch.sizeInBytes()
                  + " bytes; this log takes at most "
                  + maxBatchBytes);
        }
        BatchChecks.checkProduced(batch);
        count++;
      }
    } catch (InvalidBatchException e) {
      throw new CorruptBatchException(String.valueOf(e.getMessage()));
    }
    if (count == 0 || batch.trailingBytes() != 0) {
      throw new CorruptBatchException(
          "no whole record batch in the last " + batch.trailingBytes() + " bytes");
    }
    return count;
  }

  /**
   * Checks the epochs and sequences of all batches with a producer id, and whether markers can be
   * read.
   *
   * @return {@link ProducerTable#NEXT}, or what the table says of the first duplicate
   */
  static long checkSequences(ByteBuffer batches, int count, ProducerTable producers, long nowMs) {
    RecordBatchView batch = new RecordBatchView();
    if (count == 1) {
      batch.wrap(batches, batches.position());
      if (!ProducerTable.isTracked(batch)) {
        return ProducerTable.NEXT;
      }
      checkMarker(batch);
      return producers.check(batch, nowMs);
    }
    AppendTrial trial = new AppendTrial(producers, nowMs);
    for (boolean found = batch.first(batches); found; found = batch.next()) {
      if (ProducerTable.isTracked(batch)) {
        checkMarker(batch);
        long verdict = trial.check(batch);
        if (verdict != ProducerTable.NEXT) {
          return verdict;
        }
      }
    }
    return ProducerTable.NEXT;
  }

  private static void checkMarker(RecordBatchView batch) {
    if (batch.isControl()) {
      try {
        TransactionMarker.isCommit(batch);
      } catch (InvalidBatchException e) {
        throw new CorruptBatchException(String.valueOf(e.getMessage()));
      }
    }
  }
}
