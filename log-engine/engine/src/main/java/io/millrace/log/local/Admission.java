package io.millrace.log.local;

import io.millrace.batch.BatchChecks;
import io.millrace.batch.InvalidBatchException;
import io.millrace.batch.RecordBatchView;
import io.millrace.log.BatchTooLargeException;
import io.millrace.log.CorruptBatchException;
import io.millrace.log.OutOfOrderSequenceException;
import io.millrace.log.local.producer.ProducerTable;
import java.nio.ByteBuffer;

/** Decides whether batches may be appended. Changes nothing. */
final class Admission {
  private Admission() {}

  /**
   * Checks form and size.
   *
   * @return the number of batches
   */
  static int checkForm(ByteBuffer batches, int maxBatchBytes) {
    RecordBatchView batch = new RecordBatchView();
    int count = 0;
    try {
      for (boolean found = batch.first(batches); found; found = batch.next()) {
        if (batch.sizeInBytes() > maxBatchBytes) {
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
   * Checks the sequences of all batches with a producer id.
   *
   * @return {@link ProducerTable#NEXT}, or what the table says of the first duplicate
   */
  static long checkSequences(ByteBuffer batches, int count, ProducerTable producers, long nowMs) {
    RecordBatchView batch = new RecordBatchView();
    if (count == 1) {
      batch.wrap(batches, batches.position());
      return isIdempotent(batch) ? producers.check(batch, nowMs) : ProducerTable.NEXT;
    }
    return checkSeveral(batches, producers, nowMs, batch);
  }

  private static long checkSeveral(
      ByteBuffer batches, ProducerTable producers, long nowMs, RecordBatchView batch) {
    RecordBatchView previous = new RecordBatchView();
    for (boolean found = batch.first(batches); found; found = batch.next()) {
      if (!isIdempotent(batch)) {
        continue;
      }
      if (precededBy(previous, batches, batch)) {
        if (previous.producerEpoch() != batch.producerEpoch()
            || !io.millrace.batch.Sequences.follows(
                previous.lastSequence(), batch.baseSequence())) {
          throw new OutOfOrderSequenceException(
              "producer " + batch.producerId() + " leaves a gap within one append");
        }
        continue;
      }
      long verdict = producers.check(batch, nowMs);
      if (verdict != ProducerTable.NEXT) {
        return verdict;
      }
    }
    return ProducerTable.NEXT;
  }

  /** Moves {@code previous} to the last batch of the same producer before {@code batch}. */
  private static boolean precededBy(
      RecordBatchView previous, ByteBuffer batches, RecordBatchView batch) {
    int place = -1;
    for (boolean found = previous.first(batches);
        found && previous.position() < batch.position();
        found = previous.next()) {
      if (previous.producerId() == batch.producerId()) {
        place = previous.position();
      }
    }
    if (place >= 0) {
      previous.wrap(batches, place);
    }
    return place >= 0;
  }

  static boolean isIdempotent(RecordBatchView batch) {
    return batch.hasProducerId() && !batch.isControl();
  }
}
