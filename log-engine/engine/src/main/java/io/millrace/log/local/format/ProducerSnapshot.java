package io.millrace.log.local.format;

import java.util.List;

/**
 * What the manifest says of one idempotent producer.
 *
 * @param lastOffset of its last record; -1 when unknown
 * @param batches its last batches, oldest first; none when they were still unsynced
 */
public record ProducerSnapshot(
    long producerId,
    short epoch,
    int lastSequence,
    long lastOffset,
    long lastTimestampMs,
    List<Batch> batches) {

  public ProducerSnapshot {
    batches = List.copyOf(batches);
  }

  /** One remembered batch: its sequence numbers and the offset of its last record. */
  public record Batch(int firstSequence, int lastSequence, long lastOffset) {}
}
