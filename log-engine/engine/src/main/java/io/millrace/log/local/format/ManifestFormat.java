package io.millrace.log.local.format;

import io.millrace.log.AbortedTransaction;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The manifest: a header, then records. See {@code docs/format/manifest.md}.
 *
 * <p>Invariant: records count only when a checkpoint record follows them.
 */
public final class ManifestFormat {
  public static final int FILE_MAGIC = 0x4d524d46; // MRMF
  public static final int VERSION = 3;

  /**
   * The log with its segments, producers and transactions; replaces an earlier record of that log.
   */
  public static final int TYPE_LOG = 1;

  /** The log is deleted; its directory may still be there. */
  public static final int TYPE_DELETED = 2;

  /** All records before this one hold; journal files below a sequence number are not needed. */
  public static final int TYPE_CHECKPOINT = 3;

  /** In the flags of a log record: durable records are missing. */
  public static final int FLAG_DAMAGED = 1;

  public static final Layout FILE_HEADER = Layout.named("Manifest header");
  private static final int H_MAGIC = FILE_HEADER.add("magic", 4);
  private static final int H_VERSION = FILE_HEADER.add("version", 4);

  public static final Layout RECORD = Layout.named("Manifest record");
  private static final int R_LENGTH = RECORD.add("bodyLength", 4);
  private static final int R_CHECKSUM = RECORD.add("checksum", 4);
  private static final int R_TYPE = RECORD.add("type", 4);

  public static final Layout LOG = Layout.named("Log record");
  private static final int L_GROUP = LOG.add("logGroup", 16);
  private static final int L_INDEX = LOG.add("logIndex", 4);
  private static final int L_CONFIG = LOG.add("config", ConfigFormat.BYTES);
  private static final int L_START = LOG.add("startOffset", 8);
  private static final int L_END = LOG.add("endOffset", 8);
  private static final int L_FLAGS = LOG.add("flags", 4);
  private static final int L_SEGMENTS = LOG.add("segmentCount", 4);
  private static final int L_PRODUCERS = LOG.add("producerCount", 4);

  public static final Layout SEGMENT = Layout.named("Segment in a log record");
  private static final int S_BASE = SEGMENT.add("baseOffset", 8);
  private static final int S_SIZE = SEGMENT.add("sizeInBytes", 8);
  private static final int S_MAX_TIMESTAMP = SEGMENT.add("maxTimestamp", 8);
  private static final int S_CREATED = SEGMENT.add("created", 8);

  public static final Layout PRODUCER = Layout.named("Producer in a log record");
  private static final int P_ID = PRODUCER.add("producerId", 8);
  private static final int P_EPOCH = PRODUCER.add("producerEpoch", 2);
  private static final int P_BATCHES = PRODUCER.add("batchCount", 2);
  private static final int P_LAST_SEQUENCE = PRODUCER.add("lastSequence", 4);
  private static final int P_LAST_OFFSET = PRODUCER.add("lastOffset", 8);
  private static final int P_LAST_TIMESTAMP = PRODUCER.add("lastTimestamp", 8);

  public static final Layout PRODUCER_BATCH = Layout.named("Remembered batch of a producer");
  private static final int B_FIRST = PRODUCER_BATCH.add("firstSequence", 4);
  private static final int B_LAST = PRODUCER_BATCH.add("lastSequence", 4);
  private static final int B_OFFSET = PRODUCER_BATCH.add("lastOffset", 8);

  public static final Layout TRANSACTIONS = Layout.named("Transactions in a log record");
  private static final int T_OPEN = TRANSACTIONS.add("openCount", 4);
  private static final int T_ABORTED = TRANSACTIONS.add("abortedCount", 4);

  public static final Layout OPEN = Layout.named("Open transaction");
  private static final int O_PRODUCER = OPEN.add("producerId", 8);
  private static final int O_FIRST = OPEN.add("firstOffset", 8);

  public static final Layout ABORTED = Layout.named("Aborted transaction");
  private static final int A_PRODUCER = ABORTED.add("producerId", 8);
  private static final int A_FIRST = ABORTED.add("firstOffset", 8);
  private static final int A_LAST = ABORTED.add("lastOffset", 8);

  public static final Layout COMPACTION = Layout.named("Compaction in a log record");
  private static final int K_OFFSET = COMPACTION.add("compactedOffset", 8);

  public static final Layout GENERATION = Layout.named("Generation of a segment");
  private static final int G_NUMBER = GENERATION.add("generation", 4);

  public static final Layout DELETED = Layout.named("Deletion record");
  private static final int D_GROUP = DELETED.add("logGroup", 16);
  private static final int D_INDEX = DELETED.add("logIndex", 4);

  public static final Layout CHECKPOINT = Layout.named("Checkpoint record");
  private static final int C_SEQUENCE = CHECKPOINT.add("firstJournalSequence", 8);

  public static final int FILE_HEADER_BYTES = FILE_HEADER.size();
  public static final int RECORD_HEADER_BYTES = RECORD.size();

  private ManifestFormat() {}

  /** Writes a file header at the buffer's position, and moves it. */
  public static void putFileHeader(ByteBuffer target) {
    int at = target.position();
    target.putInt(at + H_MAGIC, FILE_MAGIC);
    target.putInt(at + H_VERSION, VERSION);
    target.position(at + FILE_HEADER_BYTES);
  }

  /** The version that a file's header names; -1 when there is no header. */
  public static int version(ByteBuffer file) {
    return file.limit() >= FILE_HEADER_BYTES && file.getInt(H_MAGIC) == FILE_MAGIC
        ? file.getInt(H_VERSION)
        : -1;
  }

  /** Whether a whole, right record lies at a place. */
  public static boolean isRecord(ByteBuffer file, int at, Checksums checksums) {
    if (file.limit() - at < RECORD_HEADER_BYTES) {
      return false;
    }
    int length = file.getInt(at + R_LENGTH);
    return length >= 0
        && length <= file.limit() - at - RECORD_HEADER_BYTES
        && file.getInt(at + R_CHECKSUM)
            == checksums.of(file, at + R_TYPE, RECORD_HEADER_BYTES - R_TYPE + length);
  }

  /** Whether a whole, right checkpoint record lies at a place. */
  public static boolean isCheckpoint(ByteBuffer file, int at, Checksums checksums) {
    return file.getInt(at + R_LENGTH) == CHECKPOINT.size()
        && file.getInt(at + R_TYPE) == TYPE_CHECKPOINT
        && isRecord(file, at, checksums);
  }

  public static int recordBytes(ByteBuffer file, int at) {
    return RECORD_HEADER_BYTES + file.getInt(at + R_LENGTH);
  }

  public static int recordType(ByteBuffer file, int at) {
    return file.getInt(at + R_TYPE);
  }

  /** The log that a log record or a deletion record is about. */
  public static LogId logOf(ByteBuffer file, int at) {
    int body = at + RECORD_HEADER_BYTES;
    return new LogId(
        new UUID(file.getLong(body + L_GROUP), file.getLong(body + L_GROUP + 8)),
        file.getInt(body + L_INDEX));
  }

  public static long firstJournalSequence(ByteBuffer file, int at) {
    return file.getLong(at + RECORD_HEADER_BYTES + C_SEQUENCE);
  }

  /** A whole checkpoint record. */
  public static ByteBuffer checkpoint(long firstJournalSequence, Checksums checksums) {
    ByteBuffer record = ByteBuffer.allocate(RECORD_HEADER_BYTES + CHECKPOINT.size());
    record.putLong(RECORD_HEADER_BYTES + C_SEQUENCE, firstJournalSequence);
    return finish(record, TYPE_CHECKPOINT, checksums);
  }

  /** A whole deletion record. */
  public static ByteBuffer deleted(LogId id, Checksums checksums) {
    ByteBuffer record = ByteBuffer.allocate(RECORD_HEADER_BYTES + DELETED.size());
    putId(record, RECORD_HEADER_BYTES + D_GROUP, RECORD_HEADER_BYTES + D_INDEX, id);
    return finish(record, TYPE_DELETED, checksums);
  }

  /** A whole log record. */
  public static ByteBuffer log(LogSnapshot log, Checksums checksums) {
    int batches = log.producers().stream().mapToInt(p -> p.batches().size()).sum();
    ByteBuffer record =
        ByteBuffer.allocate(
            RECORD_HEADER_BYTES
                + LOG.size()
                + log.segments().size() * SEGMENT.size()
                + log.producers().size() * PRODUCER.size()
                + batches * PRODUCER_BATCH.size()
                + transactionBytes(log)
                + compactionBytes(log));
    int at = RECORD_HEADER_BYTES;
    putId(record, at + L_GROUP, at + L_INDEX, log.id());
    ConfigFormat.put(record.position(at + L_CONFIG), log.config());
    record.putLong(at + L_START, log.startOffset());
    record.putLong(at + L_END, log.endOffset());
    record.putInt(at + L_FLAGS, log.damaged() ? FLAG_DAMAGED : 0);
    record.putInt(at + L_SEGMENTS, log.segments().size());
    record.putInt(at + L_PRODUCERS, log.producers().size());
    at += LOG.size();
    for (SegmentSummary segment : log.segments()) {
      record.putLong(at + S_BASE, segment.baseOffset());
      record.putLong(at + S_SIZE, segment.sizeInBytes());
      record.putLong(at + S_MAX_TIMESTAMP, segment.maxTimestampMs());
      record.putLong(at + S_CREATED, segment.createdMs());
      at += SEGMENT.size();
    }
    for (ProducerSnapshot producer : log.producers()) {
      at = putProducer(record, at, producer);
    }
    if (transactionBytes(log) > 0) {
      putTransactions(record, at, log.transactions());
      at += transactionBytes(log);
    }
    if (log.isCompacted()) {
      putCompaction(record, at, log);
    }
    return finish(record, TYPE_LOG, checksums);
  }

  private static int putProducer(ByteBuffer record, int start, ProducerSnapshot producer) {
    int at = start;
    record.putLong(at + P_ID, producer.producerId());
    record.putShort(at + P_EPOCH, producer.epoch());
    record.putShort(at + P_BATCHES, (short) producer.batches().size());
    record.putInt(at + P_LAST_SEQUENCE, producer.lastSequence());
    record.putLong(at + P_LAST_OFFSET, producer.lastOffset());
    record.putLong(at + P_LAST_TIMESTAMP, producer.lastTimestampMs());
    at += PRODUCER.size();
    for (ProducerSnapshot.Batch batch : producer.batches()) {
      record.putInt(at + B_FIRST, batch.firstSequence());
      record.putInt(at + B_LAST, batch.lastSequence());
      record.putLong(at + B_OFFSET, batch.lastOffset());
      at += PRODUCER_BATCH.size();
    }
    return at;
  }

  /** What follows the transactions needs them, though there are none. */
  private static int transactionBytes(LogSnapshot log) {
    TransactionSnapshot transactions = log.transactions();
    return transactions.isEmpty() && !log.isCompacted()
        ? 0
        : TRANSACTIONS.size()
            + transactions.open().size() * OPEN.size()
            + transactions.aborted().size() * ABORTED.size();
  }

  private static int compactionBytes(LogSnapshot log) {
    return log.isCompacted() ? COMPACTION.size() + log.segments().size() * GENERATION.size() : 0;
  }

  private static void putCompaction(ByteBuffer record, int start, LogSnapshot log) {
    record.putLong(start + K_OFFSET, log.compactedOffset());
    int at = start + COMPACTION.size();
    for (SegmentSummary segment : log.segments()) {
      record.putInt(at + G_NUMBER, segment.generation());
      at += GENERATION.size();
    }
  }

  private static void putTransactions(
      ByteBuffer record, int start, TransactionSnapshot transactions) {
    int at = start;
    record.putInt(at + T_OPEN, transactions.open().size());
    record.putInt(at + T_ABORTED, transactions.aborted().size());
    at += TRANSACTIONS.size();
    for (TransactionSnapshot.Open open : transactions.open()) {
      record.putLong(at + O_PRODUCER, open.producerId());
      record.putLong(at + O_FIRST, open.firstOffset());
      at += OPEN.size();
    }
    for (AbortedTransaction aborted : transactions.aborted()) {
      record.putLong(at + A_PRODUCER, aborted.producerId());
      record.putLong(at + A_FIRST, aborted.firstOffset());
      record.putLong(at + A_LAST, aborted.lastOffset());
      at += ABORTED.size();
    }
  }

  private static TransactionSnapshot readTransactions(ByteBuffer file, int start) {
    int openCount = file.getInt(start + T_OPEN);
    int abortedCount = file.getInt(start + T_ABORTED);
    int at = start + TRANSACTIONS.size();
    List<TransactionSnapshot.Open> open = new ArrayList<>(openCount);
    for (int i = 0; i < openCount; i++) {
      open.add(
          new TransactionSnapshot.Open(file.getLong(at + O_PRODUCER), file.getLong(at + O_FIRST)));
      at += OPEN.size();
    }
    List<AbortedTransaction> aborted = new ArrayList<>(abortedCount);
    for (int i = 0; i < abortedCount; i++) {
      aborted.add(
          new AbortedTransaction(
              file.getLong(at + A_PRODUCER),
              file.getLong(at + A_FIRST),
              file.getLong(at + A_LAST)));
      at += ABORTED.size();
    }
    return new TransactionSnapshot(open, aborted);
  }

  /** Reads a log record whose checksum was verified. */
  public static LogSnapshot readLog(ByteBuffer file, int record) {
    int at = record + RECORD_HEADER_BYTES;
    LogConfig config = ConfigFormat.get(file.duplicate().position(at + L_CONFIG));
    long start = file.getLong(at + L_START);
    long end = file.getLong(at + L_END);
    boolean damaged = (file.getInt(at + L_FLAGS) & FLAG_DAMAGED) != 0;
    int segmentCount = file.getInt(at + L_SEGMENTS);
    int producerCount = file.getInt(at + L_PRODUCERS);
    at += LOG.size();
    List<SegmentSummary> segments = new ArrayList<>(segmentCount);
    for (int i = 0; i < segmentCount; i++) {
      segments.add(
          new SegmentSummary(
              file.getLong(at + S_BASE),
              file.getLong(at + S_SIZE),
              file.getLong(at + S_MAX_TIMESTAMP),
              file.getLong(at + S_CREATED)));
      at += SEGMENT.size();
    }
    List<ProducerSnapshot> producers = new ArrayList<>(producerCount);
    for (int i = 0; i < producerCount; i++) {
      int batchCount = file.getShort(at + P_BATCHES);
      List<ProducerSnapshot.Batch> batches = new ArrayList<>(batchCount);
      for (int b = 0; b < batchCount; b++) {
        int place = at + PRODUCER.size() + b * PRODUCER_BATCH.size();
        batches.add(
            new ProducerSnapshot.Batch(
                file.getInt(place + B_FIRST),
                file.getInt(place + B_LAST),
                file.getLong(place + B_OFFSET)));
      }
      producers.add(
          new ProducerSnapshot(
              file.getLong(at + P_ID),
              file.getShort(at + P_EPOCH),
              file.getInt(at + P_LAST_SEQUENCE),
              file.getLong(at + P_LAST_OFFSET),
              file.getLong(at + P_LAST_TIMESTAMP),
              batches));
      at += PRODUCER.size() + batchCount * PRODUCER_BATCH.size();
    }
    // Records of version 1 end here, and so do those of logs with nothing more.
    int recordEnd = record + recordBytes(file, record);
    TransactionSnapshot transactions = TransactionSnapshot.NONE;
    if (at < recordEnd) {
      transactions = readTransactions(file, at);
      at +=
          TRANSACTIONS.size()
              + transactions.open().size() * OPEN.size()
              + transactions.aborted().size() * ABORTED.size();
    }
    // Records of version 2 end here.
    long compactedOffset = 0;
    if (at < recordEnd) {
      compactedOffset = file.getLong(at + K_OFFSET);
      at += COMPACTION.size();
      for (int i = 0; i < segmentCount; i++) {
        SegmentSummary it = segments.get(i);
        int generation = file.getInt(at + i * GENERATION.size() + G_NUMBER);
        segments.set(
            i,
            new SegmentSummary(
                it.baseOffset(),
                it.sizeInBytes(),
                it.maxTimestampMs(),
                it.createdMs(),
                generation));
      }
    }
    return new LogSnapshot(
        logOf(file, record),
        config,
        start,
        end,
        damaged,
        segments,
        producers,
        transactions,
        compactedOffset);
  }

  private static void putId(ByteBuffer record, int group, int index, LogId id) {
    record.putLong(group, id.group().getMostSignificantBits());
    record.putLong(group + 8, id.group().getLeastSignificantBits());
    record.putInt(index, id.index());
  }

  private static ByteBuffer finish(ByteBuffer record, int type, Checksums checksums) {
    int length = record.capacity() - RECORD_HEADER_BYTES;
    record.putInt(R_LENGTH, length);
    record.putInt(R_TYPE, type);
    record.putInt(R_CHECKSUM, checksums.of(record, R_TYPE, RECORD_HEADER_BYTES - R_TYPE + length));
    return record.rewind();
  }
}
