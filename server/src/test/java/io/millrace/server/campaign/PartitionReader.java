package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.log.LogId;
import io.millrace.log.LogSlice;
import io.millrace.server.partition.PartitionView;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one partition that a {@link SendingFlow} writes, as a consumer's fetches do.
 * One thread.
 */
final class PartitionReader {
  private static final int MOST_BYTES = 512;

  private final SteppedServer server;
  private final LogId partition;
  private long position;
  private @Nullable Answer<PartitionView> opening;
  private @Nullable PartitionView view;
  private @Nullable CompletableFuture<LogSlice> reading;

  PartitionReader(SteppedServer server, LogId partition, long position) {
    this.server = server;
    this.partition = partition;
    this.position = position;
  }

  /** The offset of the next record. */
  long position() {
    return position;
  }

  /** Asks for more, unless it has asked already. */
  void poll() {
    PartitionView open = view;
    if (opening != null || reading != null) {
      return;
    }
    if (open == null || !open.isOpen()) {
      opening = server.begin(reply -> server.broker().openPartition(partition, reply));
    } else if (position < open.highWatermark()) {
      reading = open.read(position, MOST_BYTES).toCompletableFuture();
    }
  }

  /** Takes what has come. */
  void hear() {
    Answer<PartitionView> opened = opening;
    if (opened != null && opened.isDone()) {
      opening = null;
      view = opened.isOk() ? opened.get() : null;
    }
    CompletableFuture<LogSlice> read = reading;
    if (read != null && read.isDone()) {
      reading = null;
      if (read.isCompletedExceptionally()) {
        view = null;
      } else {
        try (LogSlice slice = read.join()) {
          take(slice.bytes());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void take(ByteBuffer bytes) throws IOException {
    RecordBatchView batch = new RecordBatchView();
    RecordIterator records = new RecordIterator();
    for (boolean more = batch.first(bytes); more; more = batch.next()) {
      records.over(batch);
      while (records.next()) {
        ByteBuffer value = records.record().value();
        if (value != null && records.record().offset() >= position) {
          assertThat(StandardCharsets.UTF_8.decode(value).toString())
              .as("record of %s", partition)
              .isEqualTo("m" + position);
          position++;
        }
      }
    }
  }
}
