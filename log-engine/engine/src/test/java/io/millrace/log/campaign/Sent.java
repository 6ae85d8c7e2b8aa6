package io.millrace.log.campaign;

import io.millrace.batch.BatchBuilder;
import io.millrace.batch.TransactionMarker;
import io.millrace.log.Durability;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch as its producer, or the coordinator of its transactions, sent it, and where it lies.
 *
 * @param base offset of the first record
 * @param durability what the log promised when it was appended
 * @param producerId -1 for a batch without a sequence
 * @param firstSequence -1 for a marker and for a batch without a sequence
 * @param timestampMs of all its records; unique in its log, growing
 * @param keys of the records; empty when none has one
 */
record Sent(
    Kind kind,
    long base,
    List<String> texts,
    Durability durability,
    long producerId,
    short epoch,
    int firstSequence,
    long timestampMs,
    List<String> keys) {

  /** Without keys. */
  Sent(
      Kind kind,
      long base,
      List<String> texts,
      Durability durability,
      long producerId,
      short epoch,
      int firstSequence,
      long timestampMs) {
    this(kind, base, texts, durability, producerId, epoch, firstSequence, timestampMs, List.of());
  }

  /** The text that stands for a tombstone. */
  static final String TOMBSTONE = "";

  /** The text that stands for no key. */
  static final String NO_KEY = "";

  /** The key of a record; null for none. */
  @Nullable String keyOf(int index) {
    return keys.isEmpty() || keys.get(index).equals(NO_KEY) ? null : keys.get(index);
  }

  boolean isTombstone(int index) {
    return !keys.isEmpty() && texts.get(index).equals(TOMBSTONE);
  }

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

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
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
    return new Sent(kind, offset, texts, now, producerId, epoch, firstSequence, timestamp, keys);
  }

  /** As it travels. */
  ByteBuffer bytes() {
    if (isMarker()) {
      int coordinatorEpoch = texts.get(0).charAt(5);
      return TransactionMarker.batch(
          kind == Kind.COMMIT, producerId, epoch, coordinatorEpoch, timestampMs);
    }
    BatchBuilder builder = new BatchBuilder(256).setTransactional(kind == Kind.TRANSACTIONAL);
    for (int i = 0; i < texts.size(); i++) {
      String key = keyOf(i);
      builder.append(
          timestampMs, key == null ? null : utf8(key), isTombstone(i) ? null : utf8(texts.get(i)));
    }
    if (isIdempotent()) {
      builder.setProducer(producerId, epoch, firstSequence);
    }
    return builder.take();
  }
}
