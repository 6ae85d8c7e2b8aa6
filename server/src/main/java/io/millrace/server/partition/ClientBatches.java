package io.millrace.server.partition;

import io.millrace.batch.BatchChecks;
import io.millrace.batch.BatchFormat;
import io.millrace.batch.Codec;
import io.millrace.batch.InvalidBatchException;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.log.BatchTooLargeException;
import io.millrace.log.CorruptBatchException;
import java.nio.ByteBuffer;

/**
 * What clients may send, beyond what the log engine checks of every batch: each record is walked,
 * as a batch that was acknowledged and cannot be read would be lost to JMS consumers and stop those
 * of Kafka. Any thread.
 */
public final class ClientBatches {
  private final int maxUnpackedBytes;

  /**
   * @param maxUnpackedBytes what a batch may take in memory uncompressed, by {@link UnpackedBatch}
   */
  public ClientBatches(int maxUnpackedBytes) {
    this.maxUnpackedBytes = maxUnpackedBytes;
  }

  /**
   * Checks that a buffer holds exactly one batch with the records that it says it has, without
   * moving it, and that it belongs to no transaction.
   *
   * @param keyed whether each record must have a key, as its topic is compacted
   * @return the batch
   * @throws RefusedBatchException there is none or more than one, one of an impossible length, one
   *     that only the server may write, one of a transaction, or one whose records are not what its
   *     header says
   * @throws BatchTooLargeException it is too large uncompressed
   * @throws CorruptBatchException it cannot be read, and its checksum says that it was damaged
   */
  public RecordBatchView check(ByteBuffer batches, boolean keyed) {
    RecordBatchView batch = single(batches);
    if (batch.isTransactional()) {
      throw new RefusedBatchException("a transactional batch belongs to no open transaction");
    }
    checkRecords(batch, keyed);
    return batch;
  }

  /**
   * As {@link #check}, for a batch that must be a transaction's.
   *
   * @throws RefusedBatchException also when it is not, or does not say who its producer is
   */
  public RecordBatchView checkTransactional(ByteBuffer batches, boolean keyed) {
    RecordBatchView batch = single(batches);
    if (!batch.isTransactional() || !batch.hasProducerId()) {
      throw new RefusedBatchException(
          "a request with a transactional id has transactional batches only");
    }
    checkRecords(batch, keyed);
    return batch;
  }

  private static RecordBatchView single(ByteBuffer batches) {
    RecordBatchView batch = new RecordBatchView();
    if (!isFirst(batch, batches)) {
      throw new RefusedBatchException("there is no whole record batch");
    }
    if (batch.position() + batch.sizeInBytes() != batches.limit()) {
      throw new RefusedBatchException("there is more than one record batch");
    }
    if (batch.isControl()) {
      throw new RefusedBatchException("only the server writes control batches");
    }
    if (batch.deleteHorizonMs() != BatchFormat.NO_TIMESTAMP) {
      throw new RefusedBatchException("only compaction says when tombstones go");
    }
    return batch;
  }

  private static boolean isFirst(RecordBatchView batch, ByteBuffer batches) {
    try {
      return batch.first(batches);
    } catch (InvalidBatchException e) {
      throw new RefusedBatchException(String.valueOf(e.getMessage()));
    }
  }

  private void checkRecords(RecordBatchView batch, boolean keyed) {
    try {
      BatchChecks.checkHeader(batch);
      ByteBuffer records = uncompressed(batch);
      long bytes = UnpackedBatch.bytesOf(batch, records.remaining());
      if (bytes > maxUnpackedBytes) {
        throw new OversizedBatchException(maxUnpackedBytes);
      }
      BatchChecks.checkRecords(batch, records);
      if (keyed) {
        requireKeys(batch, records);
      }
    } catch (InvalidBatchException e) {
      throw refusal(batch, e);
    }
  }

  /** What compaction could never tell from other records is not taken. */
  private static void requireKeys(RecordBatchView batch, ByteBuffer bytes) {
    RecordIterator records = new RecordIterator().over(batch, bytes);
    for (int i = 0; records.next(); i++) {
      if (!records.record().hasKey()) {
        throw new RefusedBatchException(
            "record "
                + i
                + " of the batch has no key, and the topic is compacted, which keeps the last record"
                + " of each key (the key of a JMS message is its JMSXGroupID)");
      }
    }
  }

  private ByteBuffer uncompressed(RecordBatchView batch) {
    return batch.codec() == Codec.NONE
        ? batch.recordBytes()
        : Decompression.records(batch, maxUnpackedBytes);
  }

  /** Damage on the way is told from what was sent like that: sending again helps. */
  private RuntimeException refusal(RecordBatchView batch, InvalidBatchException why) {
    String what = String.valueOf(why.getMessage());
    if (batch.magic() != BatchFormat.CURRENT_MAGIC || batch.computeCrc() != batch.crc()) {
      return new CorruptBatchException(what);
    }
    if (why instanceof OversizedBatchException) {
      return new BatchTooLargeException(
          what + ": send less in one batch, or give the server a larger heap");
    }
    return new RefusedBatchException(what);
  }
}
