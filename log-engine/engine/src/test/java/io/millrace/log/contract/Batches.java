package io.millrace.log.contract;

import io.millrace.batch.BatchBuilder;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.batch.TransactionMarker;
import io.millrace.log.Log;
import io.millrace.log.LogSlice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Makes batches of text records, and reads them back. */
public final class Batches {
  private Batches() {}

  /** One batch with a record per text, all with one timestamp. */
  public static ByteBuffer of(long timestampMs, String... texts) {
    BatchBuilder builder = new BatchBuilder(256);
    for (String text : texts) {
      builder.append(timestampMs, null, bytes(text));
    }
    return builder.take();
  }

  /** One batch with a record per timestamp. */
  public static ByteBuffer at(long... timestampsMs) {
    BatchBuilder builder = new BatchBuilder(256);
    for (long timestamp : timestampsMs) {
      builder.append(timestamp, null, bytes("t" + timestamp));
    }
    return builder.take();
  }

  /** One batch of an idempotent producer. */
  public static ByteBuffer from(long producer, int epoch, int sequence, String... texts) {
    BatchBuilder builder = new BatchBuilder(256);
    for (String text : texts) {
      builder.append(1, null, bytes(text));
    }
    return builder.setProducer(producer, (short) epoch, sequence).take();
  }

  /** One batch of a producer's transaction. */
  public static ByteBuffer transactional(long producer, int epoch, int sequence, String... texts) {
    BatchBuilder builder = new BatchBuilder(256).setTransactional(true);
    for (String text : texts) {
      builder.append(1, null, bytes(text));
    }
    return builder.setProducer(producer, (short) epoch, sequence).take();
  }

  /** The marker that commits a producer's transaction. */
  public static ByteBuffer commit(long producer, int epoch) {
    return TransactionMarker.batch(true, producer, (short) epoch, 0, 1);
  }

  /** The marker that aborts a producer's transaction. */
  public static ByteBuffer abort(long producer, int epoch) {
    return TransactionMarker.batch(false, producer, (short) epoch, 0, 1);
  }

  /** Several batches in one buffer. */
  public static ByteBuffer together(ByteBuffer... batches) {
    int size = 0;
    for (ByteBuffer batch : batches) {
      size += batch.remaining();
    }
    ByteBuffer all = ByteBuffer.allocate(size);
    for (ByteBuffer batch : batches) {
      all.put(batch.duplicate());
    }
    return all.flip();
  }

  /** A batch with one record of about so many bytes, different for each number. */
  public static ByteBuffer sized(int number, int size) {
    BatchBuilder builder = new BatchBuilder(size + 128);
    byte[] value = new byte[size];
    for (int i = 0; i < size; i++) {
      value[i] = (byte) (number * 31 + i * 7);
    }
    byte[] text = ("n" + number + ";").getBytes(StandardCharsets.UTF_8);
    System.arraycopy(text, 0, value, 0, Math.min(size, text.length));
    builder.append(number, null, ByteBuffer.wrap(value));
    return builder.take();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The texts of all durable records, read with a limit of bytes per read. */
  public static List<String> texts(StoreHarness harness, Log log, int maxBytes) {
    List<String> texts = new ArrayList<>();
    long offset = log.startOffset();
    long end = log.durableOffset();
    while (offset < end) {
      try (LogSlice slice = harness.await(log.read(offset, maxBytes, end))) {
        offset = add(slice.bytes(), offset, texts);
        if (slice.nextOffset() != offset) {
          throw new AssertionError("a slice up to " + offset + " says " + slice.nextOffset());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return texts;
  }

  /** Adds the texts of the records from an offset on, which must be dense. */
  public static long add(ByteBuffer bytes, long fromOffset, List<String> texts) {
    RecordBatchView batch = new RecordBatchView();
    RecordIterator records = new RecordIterator();
    long expected = fromOffset;
    for (boolean found = batch.first(bytes); found; found = batch.next()) {
      records.over(batch);
      while (records.next()) {
        if (records.record().offset() < expected) {
          continue;
        }
        if (records.record().offset() != expected) {
          throw new AssertionError(
              "offset " + records.record().offset() + " where " + expected + " was expected");
        }
        expected++;
        texts.add(
            StandardCharsets.UTF_8
                .decode(Objects.requireNonNull(records.record().value()))
                .toString());
      }
    }
    if (expected == fromOffset) {
      throw new AssertionError("a read at offset " + fromOffset + " gave no record");
    }
    return expected;
  }
}
