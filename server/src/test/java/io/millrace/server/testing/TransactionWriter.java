package io.millrace.server.testing;

import io.millrace.batch.BatchBuilder;
import io.millrace.batch.TransactionMarker;
import io.millrace.kernel.Clock;
import io.millrace.log.AppendOptions;
import io.millrace.log.Log;
import io.millrace.server.partition.PartitionView;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/**
 * Writes what one Kafka producer sends in transactions, and the markers that end them, straight to
 * a partition's log. What was appended becomes durable soon after. One thread.
 */
public final class TransactionWriter {
  private static final short EPOCH = 0;
  private static final int COORDINATOR_EPOCH = 0;

  private final Log log;
  private final long producerId;
  private final Clock clock;
  private int sequence;

  public TransactionWriter(PartitionView partition, long producerId, Clock clock) {
    this.log = partition.log();
    this.producerId = producerId;
    this.clock = clock;
  }

  /** Sends a batch; the first one since the last marker opens a transaction. */
  public void send(String... values) {
    BatchBuilder builder =
        new BatchBuilder(256).setProducer(producerId, EPOCH, sequence).setTransactional(true);
    for (String value : values) {
      builder.append(clock.wallMs(), null, ByteBuffer.wrap(bytes(value)));
    }
    sequence += values.length;
    append(builder.take());
  }

  /** Sends a batch that is compressed. */
  public void sendCompressed(String... values) {
    SimpleRecord[] records =
        Stream.of(values)
            .map(value -> new SimpleRecord(clock.wallMs(), null, bytes(value)))
            .toArray(SimpleRecord[]::new);
    MemoryRecords batch =
        MemoryRecords.withTransactionalRecords(
            Compression.gzip().build(), producerId, EPOCH, sequence, records);
    sequence += values.length;
    append(batch.buffer());
  }

  public void commit() {
    end(true);
  }

  public void abort() {
    end(false);
  }

  private void end(boolean commit) {
    append(TransactionMarker.batch(commit, producerId, EPOCH, COORDINATOR_EPOCH, clock.wallMs()));
  }

  private void append(ByteBuffer batch) {
    log.append(batch, AppendOptions.CLIENT);
  }

  private static byte[] bytes(String value) {
    return value.getBytes(StandardCharsets.UTF_8);
  }
}
