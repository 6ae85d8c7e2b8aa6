package io.millrace.log.contract;

import io.millrace.batch.BatchBuilder;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.batch.TransactionMarker;
import io.millrace.log.AbortedTransaction;
import io.millrace.log.Log;
import io.millrace.log.LogSlice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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

  /**
   * A record as it was found.
   *
   * @param key null for none
   * @param text null for a tombstone
   */
  public record Found(
      long offset,
      long timestampMs,
      boolean control,
      @Nullable String key,
      @Nullable String text) {}

  /** One batch with the keys and values given in turn; null for none. */
  public static ByteBuffer keyed(long timestampMs, @Nullable String... keysAndValues) {
    return keyedBuilder(timestampMs, keysAndValues).take();
  }

  /** A builder of what {@link #keyed} gives. */
  public static BatchBuilder keyedBuilder(long timestampMs, @Nullable String... keysAndValues) {
    BatchBuilder builder = new BatchBuilder(256);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      builder.append(timestampMs, bytesOrNull(keysAndValues[i]), bytesOrNull(keysAndValues[i + 1]));
    }
    return builder;
  }

  private static @Nullable ByteBuffer bytesOrNull(@Nullable String text) {
    return text == null ? null : bytes(text);
  }

  private static @Nullable String textOrNull(@Nullable ByteBuffer bytes) {
    return bytes == null ? null : StandardCharsets.UTF_8.decode(bytes).toString();
  }

  /** Adds the records of some batches from an offset on, which may have gaps. */
  public static void addFound(ByteBuffer bytes, long fromOffset, List<Found> all) {
    RecordBatchView batch = new RecordBatchView();
    RecordIterator records = new RecordIterator();
    long expected = -1;
    for (boolean found = batch.first(bytes); found; found = batch.next()) {
      if (batch.baseOffset() < expected) {
        throw new AssertionError("batch at " + batch.baseOffset() + " behind " + expected);
      }
      expected = batch.nextOffset();
      records.over(batch);
      while (records.next()) {
        if (records.record().offset() >= fromOffset) {
          all.add(
              new Found(
                  records.record().offset(),
                  records.record().timestamp(),
                  batch.isControl(),
                  batch.isControl() ? null : textOrNull(records.record().key()),
                  textOrNull(records.record().value())));
        }
      }
    }
  }

  /** All durable records, with gaps where there are some. */
  public static List<Found> found(StoreHarness harness, Log log, int maxBytes) {
    try {
      return found(harness, log, maxBytes, new ArrayList<>());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * As {@link #found(StoreHarness, Log, int)}, with what the log says at each read of transactions
   * that were aborted among what it gave.
   */
  public static List<Found> found(
      StoreHarness harness, Log log, int maxBytes, Collection<AbortedTransaction> aborted)
      throws IOException {
    List<Found> all = new ArrayList<>();
    long offset = log.startOffset();
    long end = log.durableOffset();
    while (offset < end) {
      try (LogSlice slice = harness.await(log.read(offset, maxBytes, end))) {
        if (slice.nextOffset() <= offset) {
          throw new AssertionError("nothing at " + offset + " below " + end);
        }
        aborted.addAll(log.abortedTransactions(offset, slice.nextOffset()));
        addFound(slice.bytes(), offset, all);
        offset = slice.nextOffset();
      }
    }
    return all;
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
        texts.add(Objects.requireNonNullElse(textOrNull(records.record().value()), ""));
      }
    }
    if (expected == fromOffset) {
      throw new AssertionError("a read at offset " + fromOffset + " gave no record");
    }
    return expected;
  }
}
