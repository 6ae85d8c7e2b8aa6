package io.millrace.server.partition;

import io.millrace.batch.BatchChecks;
import io.millrace.batch.BatchFormat;
import io.millrace.batch.Codec;
import io.millrace.batch.InvalidBatchException;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordView;
import io.millrace.log.BatchTooLargeException;
import io.millrace.log.CorruptBatchException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

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
   * @param rules what each record must be
   * @return the batch
   * @throws RefusedBatchException there is none or more than one, one of an impossible length, one
   *     that only the server may write, one of a transaction, one with an offset, or one whose
   *     records are not what its header says
   * @throws RefusedRecordsException some of its records are not what they must be
   * @throws BatchTooLargeException it is too large uncompressed
   * @throws CorruptBatchException it cannot be read, and its checksum says that it was damaged
   */
  public RecordBatchView check(ByteBuffer batches, RecordRules rules) {
    RecordBatchView batch = single(batches);
    if (batch.isTransactional()) {
      throw new RefusedBatchException("a transactional batch belongs to no open transaction");
    }
    checkRecords(batch, rules);
    return batch;
  }

  /**
   * As {@link #check}, for a batch that must be a transaction's.
   *
   * @throws RefusedBatchException also when it is not, or does not say who its producer is
   */
  public RecordBatchView checkTransactional(ByteBuffer batches, RecordRules rules) {
    RecordBatchView batch = single(batches);
    if (!batch.isTransactional() || !batch.hasProducerId()) {
      throw new RefusedBatchException(
          "a request with a transactional id has transactional batches only");
    }
    checkRecords(batch, rules);
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
    if (batch.baseOffset() != 0) {
      throw new RefusedBatchException(
          "the base offset of a batch is 0 until the server gives it one, and not "
              + batch.baseOffset());
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

  private void checkRecords(RecordBatchView batch, RecordRules rules) {
    try {
      BatchChecks.checkHeader(batch);
      if ((batch.attributes() & BatchFormat.TIMESTAMP_TYPE_MASK) != 0) {
        throw new RefusedRecordsException(
            "only the server says when a batch was appended (LogAppendTime)", List.of(), true);
      }
      ByteBuffer records = uncompressed(batch);
      long bytes = UnpackedBatch.bytesOf(batch, records.remaining());
      if (bytes > maxUnpackedBytes) {
        throw new OversizedBatchException(maxUnpackedBytes);
      }
      Offences offences = new Offences(rules);
      BatchChecks.checkRecords(batch, records, offences::look);
      offences.refuse();
      checkHeaderTime(batch, rules);
    } catch (InvalidBatchException e) {
      throw refusal(batch, e);
    }
  }

  /** What the header says of times is what retention goes by. */
  private static void checkHeaderTime(RecordBatchView batch, RecordRules rules) {
    if (batch.maxTimestamp() > rules.latestMs()) {
      throw new RefusedRecordsException(
          "the batch has the time "
              + batch.maxTimestamp()
              + ", and the topic takes those up to "
              + rules.latestMs(),
          List.of(),
          true);
    }
  }

  /** Which records of a batch are not what their topic asks for. */
  private static final class Offences {
    /** More are not told one by one: a small batch may have millions. */
    private static final int TOLD = 1000;

    private final RecordRules rules;
    private final List<RefusedRecordsException.Refused> told = new ArrayList<>();
    private int index;
    private boolean untimely;

    Offences(RecordRules rules) {
      this.rules = rules;
    }

    void look(RecordView record) {
      RecordRules.Offence offence = rules.offenceOf(record);
      if (offence != null) {
        untimely |= offence == RecordRules.Offence.TIME;
        if (told.size() < TOLD) {
          told.add(
              new RefusedRecordsException.Refused(
                  index, offence == RecordRules.Offence.KEY, record.timestamp(), rules));
        }
      }
      index++;
    }

    void refuse() {
      if (!told.isEmpty()) {
        throw new RefusedRecordsException(told.get(0).why(), told, untimely);
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
