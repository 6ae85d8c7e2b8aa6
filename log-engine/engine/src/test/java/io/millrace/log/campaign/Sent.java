package io.millrace.log.campaign;

import io.millrace.batch.BatchBuilder;
import io.millrace.log.Durability;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A batch as its producer sent it, and where it lies.
 *
 * @param base offset of the first record
 * @param durability what the log promised when it was appended
 * @param producerId -1 for a batch without a sequence
 * @param timestampMs of all its records; unique in its log, growing
 */
record Sent(
    long base,
    List<String> texts,
    Durability durability,
    long producerId,
    short epoch,
    int firstSequence,
    long timestampMs) {

  long next() {
    return base + texts.size();
  }

  boolean isIdempotent() {
    return producerId >= 0;
  }

  int lastSequence() {
    return firstSequence + texts.size() - 1;
  }

  /** The same batch, sent again to a log that ends at an offset. */
  Sent at(long offset, Durability now, long timestamp) {
    return new Sent(offset, texts, now, producerId, epoch, firstSequence, timestamp);
  }

  /** As it travels. */
  ByteBuffer bytes() {
    BatchBuilder builder = new BatchBuilder(256);
    for (String text : texts) {
      builder.append(timestampMs, null, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
    if (isIdempotent()) {
      builder.setProducer(producerId, epoch, firstSequence);
    }
    return builder.take();
  }
}
