package io.millrace.log.campaign;

import io.millrace.batch.BatchBuilder;
import io.millrace.batch.TransactionMarker;
import io.millrace.log.Durability;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A batch as its producer, or the coordinator of its transactions, sent it, and where it lies.
 *
 * @param base offset of the first record
 * @param durability what the log promised when it was appended
 * @param producerId -1 for a batch without a sequence
 * @param firstSequence -1 for a marker and for a batch without a sequence
 * @param timestampMs of all its records; unique in its log, growing
 */
record Sent(
    Kind kind,
    long base,
    List<String> texts,
    Durability durability,
    long producerId,
    short epoch,
    int firstSequence,
    long timestampMs) {

  /** What a batch has to do with transactions. */
  enum Kind {
    PLAIN,
    TRANSACTIONAL,
    COMMIT,
    ABORT
  }

  /** The text by which a marker's record is known. */
  static String markerText(int coordinatorEpoch) {
    byte[] value = ByteBuffer.allocate(6).putInt(2, coordinatorEpoch).array();
    return new String(value, StandardCharsets.UTF_8);
  }

  long next() {
    return base + texts.size();
  }

  boolean isMarker() {
    return kind == Kind.COMMIT || kind == Kind.ABORT;
  }

  /** Whether it has a sequence. */
  boolean isIdempotent() {
    return producerId >= 0 && !isMarker();
  }

  int lastSequence() {
    return firstSequence + texts.size() - 1;
  }

  /** The same batch, sent again to a log that ends at an offset. */
  Sent at(long offset, Durability now, long timestamp) {
    return new Sent(kind, offset, texts, now, producerId, epoch, firstSequence, timestamp);
  }

  /** As it travels. */
  ByteBuffer bytes() {
    if (isMarker()) {
      int coordinatorEpoch = texts.get(0).charAt(5);
      return TransactionMarker.batch(
          kind == Kind.COMMIT, producerId, epoch, coordinatorEpoch, timestampMs);
    }
    BatchBuilder builder = new BatchBuilder(256).setTransactional(kind == Kind.TRANSACTIONAL);
    for (String text : texts) {
      builder.append(timestampMs, null, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
    if (isIdempotent()) {
      builder.setProducer(producerId, epoch, firstSequence);
    }
    return builder.take();
  }
}
