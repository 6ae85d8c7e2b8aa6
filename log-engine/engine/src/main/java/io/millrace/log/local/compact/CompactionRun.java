package io.millrace.log.local.compact;

import io.millrace.batch.Codec;
import io.millrace.batch.InvalidBatchException;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.batch.RecordView;
import io.millrace.log.Compressor;
import io.millrace.log.CorruptLogException;
import io.millrace.log.Decompressor;
import io.millrace.log.local.segment.CompactedWriter;
import io.millrace.log.local.segment.Segment;
import io.millrace.log.local.segment.SegmentScanner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compacts one log once, in steps.
 *
 * <pre>
 * MAPPING: reads what came since the last run, and notes the last offset of each key
 *    -- all of it was read, or memory is full -->
 * SIFTING: reads the log from its first segment on, and writes what stays, group by group
 *    -- up to where the map ends -->
 * done
 * </pre>
 *
 * <p>Where memory was full, the rest is for the next run. One thread at a time; reads and writes
 * files, so it may wait for a disk.
 */
public final class CompactionRun {
  private static final int STEP_BYTES = 1 << 20;

  private final CompactionTask task;
  private final Decompressor decompressor;
  private final Compressor compressor;
  private final KeyMap lastOffsets;
  private final AbortedBatches aborted;
  private final RecordIterator records = new RecordIterator();
  private @Nullable SegmentScanner scanner;
  private int nextSegment;
  private long endOffset;
  private @Nullable BatchSieve sieve;
  private final List<List<Segment>> groups = new ArrayList<>();
  private int nextGroup;
  private @Nullable CompactedWriter writer;
  private long bytesBefore;
  private long bytesAfter;

  /**
   * @param memoryBytes for the keys
   */
  public CompactionRun(
      CompactionTask task, long memoryBytes, Decompressor decompressor, Compressor compressor) {
    this.task = task;
    this.decompressor = decompressor;
    this.compressor = compressor;
    this.lastOffsets = new KeyMap(memoryBytes);
    this.aborted = new AbortedBatches(task.aborted());
    this.endOffset = task.fromOffset();
  }

  /**
   * Goes on for about a megabyte.
   *
   * @throws CorruptLogException when a batch is damaged
   * @throws java.io.FileNotFoundException when a segment was deleted meanwhile
   * @throws IOException when a file cannot be read or written
   */
  public CompactionStep step() throws IOException {
    BatchSieve sifting = sieve;
    return sifting == null ? map() : sift(sifting);
  }

  private CompactionStep map() throws IOException {
    int bytes = 0;
    boolean full = false;
    while (bytes < STEP_BYTES && !full) {
      RecordBatchView batch = nextToMap();
      if (batch == null) {
        beginSifting();
        return new CompactionStep.Worked(bytes);
      }
      bytes += batch.sizeInBytes();
      if (batch.nextOffset() > task.fromOffset()) {
        full = !map(batch);
      }
    }
    if (full) {
      beginSifting();
    }
    return new CompactionStep.Worked(bytes);
  }

  private @Nullable RecordBatchView nextToMap() throws IOException {
    while (true) {
      SegmentScanner open = scanner;
      if (open != null) {
        RecordBatchView batch = open.next();
        if (batch != null) {
          return batch;
        }
        closeScanner();
      }
      if (nextSegment == task.cleanable().size()) {
        return null;
      }
      Segment segment = task.cleanable().get(nextSegment++);
      if (segment.nextOffset() > task.fromOffset()) {
        scanner = new SegmentScanner(segment);
      }
    }
  }

  /** Returns whether all records of the batch found room. */
  private boolean map(RecordBatchView batch) {
    if (!batch.isControl() && batch.recordCount() > 0 && !aborted.has(batch)) {
      try {
        records.over(batch, plainRecords(batch));
        while (records.next()) {
          RecordView record = records.record();
          ByteBuffer key = record.key();
          if (record.offset() >= task.fromOffset()
              && key != null
              && !lastOffsets.put(key, record.offset())) {
            endOffset = record.offset();
            return false;
          }
        }
      } catch (InvalidBatchException e) {
        throw damaged(batch, e);
      }
    }
    endOffset = batch.nextOffset();
    return true;
  }

  private ByteBuffer plainRecords(RecordBatchView batch) {
    if (batch.codec() == Codec.NONE) {
      return batch.recordBytes();
    }
    ByteBuffer plain = decompressor.decompress(batch);
    if (plain == null) {
      throw new InvalidBatchException("records are compressed with " + batch.codec());
    }
    return plain;
  }

  private static CorruptLogException damaged(RecordBatchView batch, InvalidBatchException e) {
    return new CorruptLogException(
        "the batch at offset " + batch.baseOffset() + " is damaged: " + e.getMessage());
  }

  private void beginSifting() {
    closeScanner();
    nextSegment = 0;
    sieve = new BatchSieve(lastOffsets, endOffset, aborted, task, decompressor, compressor);
    List<Segment> group = new ArrayList<>();
    long bytes = 0;
    for (Segment segment : task.cleanable()) {
      if (segment.baseOffset() >= endOffset) {
        break;
      }
      boolean fits =
          !group.isEmpty()
              && bytes + segment.sizeInBytes() <= task.segmentBytes()
              && segment.nextOffset() - group.get(0).baseOffset() <= Integer.MAX_VALUE;
      if (!fits) {
        group = new ArrayList<>();
        groups.add(group);
        bytes = 0;
      }
      group.add(segment);
      bytes += segment.sizeInBytes();
    }
  }

  private CompactionStep sift(BatchSieve sifting) throws IOException {
    if (nextGroup == groups.size()) {
      return new CompactionStep.Done(
          0,
          endOffset,
          new CompactionResult(
              bytesBefore,
              bytesAfter,
              sifting.recordsBefore(),
              sifting.recordsAfter(),
              lastOffsets.size()));
    }
    List<Segment> group = groups.get(nextGroup);
    CompactedWriter target = writer;
    if (target == null) {
      target = task.segments().compactTo(group, task.generations().getAsInt());
      writer = target;
    }
    int bytes = 0;
    while (bytes < STEP_BYTES) {
      SegmentScanner open = scanner;
      if (open == null) {
        if (nextSegment == group.size()) {
          return finishGroup(sifting, group, target, bytes);
        }
        open = new SegmentScanner(group.get(nextSegment));
        scanner = open;
        nextSegment++;
      }
      RecordBatchView batch = open.next();
      if (batch == null) {
        closeScanner();
        continue;
      }
      bytes += batch.sizeInBytes();
      // The last one of the file stays in any case, to say where the file's range of offsets ends.
      boolean mustStay = nextSegment == group.size() && open.isAtEnd();
      try {
        ByteBuffer left = sifting.sift(batch, mustStay);
        if (left != null) {
          target.add(left);
        }
      } catch (InvalidBatchException e) {
        throw damaged(batch, e);
      }
    }
    return new CompactionStep.Worked(bytes);
  }

  private CompactionStep finishGroup(
      BatchSieve sifting, List<Segment> group, CompactedWriter target, int bytes)
      throws IOException {
    nextGroup++;
    nextSegment = 0;
    for (Segment segment : group) {
      bytesBefore += segment.sizeInBytes();
    }
    bytesAfter += target.sizeInBytes();
    boolean changed = sifting.takeChanged();
    if (!changed && group.size() == 1) {
      target.abandon();
      writer = null;
      return new CompactionStep.Worked(bytes);
    }
    Segment compacted = target.finish();
    return new CompactionStep.Rewritten(bytes, group, compacted, sifting.takeForgotten());
  }

  /** Makes the name of a finished segment durable: part of the step that gave it. */
  public void syncName() throws IOException {
    CompactedWriter target = writer;
    if (target != null) {
      target.syncName();
    }
  }

  /** What was {@link CompactionStep.Rewritten} has taken its place. */
  public void placed() {
    writer = null;
  }

  private void closeScanner() {
    SegmentScanner open = scanner;
    if (open != null) {
      open.close();
      scanner = null;
    }
  }

  /** Ends before all is done; the file that was being written goes. Idempotent. */
  public void abandon() {
    closeScanner();
    CompactedWriter target = writer;
    if (target != null) {
      target.abandon();
      writer = null;
    }
  }

  /** Ends with the store; the file that was being written is for its next life to remove. */
  public void leave() {
    closeScanner();
    CompactedWriter target = writer;
    if (target != null) {
      target.leave();
      writer = null;
    }
  }
}
