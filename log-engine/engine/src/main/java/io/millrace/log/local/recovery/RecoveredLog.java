package io.millrace.log.local.recovery;

import io.millrace.log.CorruptLogException;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.local.format.LogSnapshot;
import io.millrace.log.local.producer.ProducerTable;
import io.millrace.log.local.segment.FileCache;
import io.millrace.log.local.segment.LogBatch;
import io.millrace.log.local.segment.LogSegments;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log as it was found: by the manifest alone, or after its end was recovered.
 *
 * @param unwritten durable batches behind the segments' end that the journal has, and for which
 *     there was no space
 * @param syncedOffset records below survive a power loss without the journal
 * @param checkpointOffset the manifest knows the log up to here
 * @param compactedOffset records below were compacted
 * @param damage why it must not be opened; null when all is well
 */
public record RecoveredLog(
    LogId id,
    LogConfig config,
    long startOffset,
    LogSegments segments,
    List<LogBatch> unwritten,
    ProducerTable producers,
    long syncedOffset,
    long checkpointOffset,
    long compactedOffset,
    @Nullable CorruptLogException damage) {

  /** Where the segments of a log lie. */
  public static String directory(LogId id) {
    return DIRECTORY + "/" + id;
  }

  /** Where the segments of all logs lie. */
  public static final String DIRECTORY = "logs";

  /** A log of which the manifest says everything. No file is opened. */
  public static RecoveredLog of(LogSnapshot snapshot, FileCache cache, long producerExpiryMs) {
    ProducerTable producers = new ProducerTable(producerExpiryMs);
    producers.restore(snapshot.producers());
    producers.transactions().restore(snapshot.transactions(), snapshot.endOffset());
    LogSegments segments =
        new LogSegments(cache, directory(snapshot.id()), snapshot.segments(), snapshot.endOffset());
    // They were deleted when the checkpoint was made, or are now.
    segments.removeBelow(snapshot.startOffset());
    return new RecoveredLog(
        snapshot.id(),
        snapshot.config(),
        snapshot.startOffset(),
        segments,
        List.of(),
        producers,
        snapshot.endOffset(),
        snapshot.endOffset(),
        snapshot.compactedOffset(),
        snapshot.damaged()
            ? new CorruptLogException(
                "log " + snapshot.id() + " was found to have lost durable records")
            : null);
  }
}
