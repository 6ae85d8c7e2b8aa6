package io.millrace.server.cursor;

import io.millrace.batch.BatchChecks;
import io.millrace.batch.Codec;
import io.millrace.batch.InvalidBatchException;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.batch.RecordView;
import io.millrace.batch.TimestampType;
import io.millrace.server.partition.AbortedBatches;
import io.millrace.server.partition.Decompression;
import io.millrace.server.partition.UnpackedBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes {@link RecordBlock}s of batches. Finds each record's place and, in its headers, the
 * priority, the delivery time and the expiration that a JMS producer gave it. Not safe for use by
 * several threads.
 */
final class BlockParser {
  private final RecordBatchView batch = new RecordBatchView();
  private final RecordIterator records = new RecordIterator();
  private final MessageFacts message = new MessageFacts();
  private final int maxBatchBytes;

  /**
   * @param maxBatchBytes a batch that takes more in memory, by {@link UnpackedBatch}, counts as
   *     unreadable
   */
  BlockParser(int maxBatchBytes) {
    this.maxBatchBytes = maxBatchBytes;
  }

  /** Whether some batch must be decompressed, which is not a shard's work. */
  boolean hasCompressed(ByteBuffer batches) {
    for (boolean found = batch.first(batches); found; found = batch.next()) {
      if (batch.codec() != Codec.NONE) {
        return true;
      }
    }
    return false;
  }

  /**
   * The blocks of whole batches, in order. Control batches and those of aborted transactions give
   * blocks without records. So does a batch that cannot be read, with a line in {@code damage}: its
   * messages cannot be delivered to anyone, and must not keep the others from being delivered.
   */
  List<RecordBlock> parse(ByteBuffer batches, AbortedBatches aborted, List<String> damage) {
    List<RecordBlock> blocks = new ArrayList<>();
    for (boolean found = batch.first(batches); found; found = batch.next()) {
      try {
        blocks.add(batch.isControl() || aborted.contains(batch) ? empty() : block());
      } catch (InvalidBatchException e) {
        damage.add("batch at offset " + batch.baseOffset() + ": " + e.getMessage());
        blocks.add(empty());
      }
    }
    return blocks;
  }

  private boolean hasAppendTime() {
    return batch.timestampType() == TimestampType.LOG_APPEND_TIME;
  }

  private RecordBlock empty() {
    return new RecordBlock(
        batch.baseOffset(),
        Math.max(batch.baseOffset(), batch.lastOffset()),
        hasAppendTime() ? batch.maxTimestamp() : batch.baseTimestamp(),
        hasAppendTime(),
        batch.producerId(),
        ByteBuffer.allocate(0),
        null,
        null);
  }

  private RecordBlock block() {
    BatchChecks.checkHeader(batch);
    ByteBuffer bytes =
        batch.codec() == Codec.NONE
            ? batch.recordBytes()
            : Decompression.records(batch, maxBatchBytes);
    records.over(batch, bytes);
    int slots = batch.lastOffsetDelta() + 1;
    long needed = UnpackedBatch.bytesOf(batch, bytes.remaining());
    if (needed > maxBatchBytes) {
      throw new InvalidBatchException(
          "it takes "
              + needed
              + " bytes uncompressed and may take "
              + maxBatchBytes
              + ", which depends on the heap");
    }
    int[] starts = new int[slots + 1];
    RecordBlock.Facts facts = null;
    int next = 0;
    while (records.next()) {
      RecordView record = records.record();
      int index = (int) (record.offset() - batch.baseOffset());
      if (index < next) {
        throw new InvalidBatchException("offset " + record.offset() + " is not above the last one");
      }
      Arrays.fill(starts, next, index + 1, record.position());
      next = index + 1;
      if (record.headerCount() > 0 && message.read(record)) {
        if (facts == null) {
          facts = new RecordBlock.Facts(slots);
        }
        facts.set(index, message);
      }
      starts[next] = record.position() + record.sizeInBytes();
    }
    Arrays.fill(starts, next, starts.length, next == 0 ? 0 : starts[next]);
    return new RecordBlock(
        batch.baseOffset(),
        batch.lastOffset(),
        hasAppendTime() ? batch.maxTimestamp() : batch.baseTimestamp(),
        hasAppendTime(),
        batch.producerId(),
        bytes,
        starts,
        facts);
  }
}
