package io.millrace.log.local.segment;

import io.millrace.batch.BatchFormat;
import io.millrace.batch.Codec;
import io.millrace.batch.InvalidBatchException;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.batch.RecordView;
import io.millrace.batch.TimestampType;
import io.millrace.log.CorruptLogException;
import io.millrace.log.Decompressor;
import io.millrace.log.TimestampOffset;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Finds records by their time, in segments and tail. May wait for a disk. One use. */
public final class TimestampFinder {
  private static final int WINDOW_BYTES = 8192;

  private final Decompressor decompressor;
  private final long startOffset;
  private final long limitOffset;

  /** Looks at records from {@code startOffset} to below {@code limitOffset} only. */
  public TimestampFinder(Decompressor decompressor, long startOffset, long limitOffset) {
    this.decompressor = decompressor;
    this.startOffset = startOffset;
    this.limitOffset = limitOffset;
  }

  /** The first record at or after a time. */
  public Optional<TimestampOffset> first(LogSegments segments, Tail tail, long timestampMs)
      throws IOException {
    // The tail first: what leaves it afterwards is in a segment by then.
    List<LogBatch> recent = tail.upTo(limitOffset);
    long seen = startOffset;
    for (Segment segment = segments.from(seen); segment != null; segment = segments.from(seen)) {
      // Before it is walked: what is written meanwhile is looked at afterwards.
      long next = segment.nextOffset();
      if (segment.maxTimestampMs() >= timestampMs) {
        Optional<TimestampOffset> found;
        try {
          found = inSegment(segment, timestampMs);
        } catch (FileNotFoundException e) {
          if (segments.isReplaced(segment)) {
            continue;
          }
          // Deleted by retention meanwhile: its records are no longer there to be found.
          found = Optional.empty();
        }
        if (found.isPresent()) {
          return found;
        }
      }
      seen = next;
      if (seen >= limitOffset) {
        break;
      }
    }
    RecordBatchView view = new RecordBatchView();
    for (LogBatch batch : recent) {
      if (batch.nextOffset() > seen && batch.maxTimestampMs() >= timestampMs) {
        Optional<TimestampOffset> found = inBatch(view.wrap(batch.bytes(), 0), timestampMs);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** The first of the records with the greatest timestamp. */
  public Optional<TimestampOffset> greatest(LogSegments segments, Tail tail) throws IOException {
    List<LogBatch> recent = tail.upTo(limitOffset);
    long greatest = -1;
    long seen = startOffset;
    boolean any = false;
    for (Segment segment = segments.from(seen); segment != null; segment = segments.from(seen)) {
      long next = segment.nextOffset();
      if (segment.sizeInBytes() > 0) {
        try {
          greatest = Math.max(greatest, greatestIn(segment));
        } catch (FileNotFoundException e) {
          if (segments.isReplaced(segment)) {
            continue;
          }
          // Deleted by retention meanwhile.
        }
        any = true;
      }
      seen = next;
      if (seen >= limitOffset) {
        break;
      }
    }
    for (LogBatch batch : recent) {
      if (batch.nextOffset() > seen) {
        greatest = Math.max(greatest, batch.maxTimestampMs());
        any = true;
      }
    }
    return any ? first(segments, tail, greatest) : Optional.empty();
  }

  private long greatestIn(Segment segment) throws IOException {
    if (segment.baseOffset() >= startOffset && segment.nextOffset() <= limitOffset) {
      return segment.maxTimestampMs();
    }
    // Some records of the segment do not count: walk those that do.
    long greatest = -1;
    try (FileCache.Lease lease = segment.open()) {
      BatchHeaders batch = segment.walk(lease, 0, WINDOW_BYTES);
      while (batch.next() && batch.nextOffset() <= limitOffset) {
        if (batch.nextOffset() > startOffset) {
          greatest = Math.max(greatest, batch.maxTimestampMs());
        }
      }
    }
    return greatest;
  }

  private Optional<TimestampOffset> inSegment(Segment segment, long timestampMs)
      throws IOException {
    try (FileCache.Lease lease = segment.open()) {
      long from = segment.floor(SparseIndex.Key.TIMESTAMP, timestampMs);
      BatchHeaders batch = segment.walk(lease, from, WINDOW_BYTES);
      RecordBatchView view = new RecordBatchView();
      while (batch.next() && batch.nextOffset() <= limitOffset) {
        if (batch.maxTimestampMs() >= timestampMs && batch.nextOffset() > startOffset) {
          ByteBuffer bytes =
              FileSlice.readBatches(
                  lease, segment.path(), batch.position(), batch.size(), segment.isCompacted());
          Optional<TimestampOffset> found = inBatch(view.wrap(bytes, 0), timestampMs);
          if (found.isPresent()) {
            return found;
          }
        }
      }
      return Optional.empty();
    }
  }

  private Optional<TimestampOffset> inBatch(RecordBatchView batch, long timestampMs) {
    if (batch.recordCount() == 0) {
      return Optional.empty();
    }
    boolean isWhole = batch.lastOffsetDelta() == batch.recordCount() - 1;
    if (batch.timestampType() == TimestampType.LOG_APPEND_TIME && isWhole) {
      return Optional.of(
          new TimestampOffset(batch.maxTimestamp(), Math.max(startOffset, batch.baseOffset())));
    }
    RecordIterator records = new RecordIterator();
    if (batch.codec() == Codec.NONE) {
      records.over(batch);
    } else {
      ByteBuffer plain = decompressor.decompress(batch);
      if (plain == null) {
        long first = Math.max(batch.baseTimestamp(), BatchFormat.NO_TIMESTAMP);
        return Optional.of(
            new TimestampOffset(
                first >= timestampMs ? first : batch.maxTimestamp(),
                Math.max(startOffset, batch.baseOffset())));
      }
      records.over(batch, plain);
    }
    try {
      while (records.next()) {
        RecordView record = records.record();
        if (record.timestamp() >= timestampMs && record.offset() >= startOffset) {
          return Optional.of(new TimestampOffset(record.timestamp(), record.offset()));
        }
      }
    } catch (InvalidBatchException e) {
      throw new CorruptLogException(
          "the batch at offset " + batch.baseOffset() + " is damaged: " + e.getMessage());
    }
    return Optional.empty();
  }
}
