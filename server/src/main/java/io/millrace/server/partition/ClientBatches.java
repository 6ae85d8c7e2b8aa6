package io.millrace.server.partition;

import io.millrace.batch.InvalidBatchException;
import io.millrace.batch.RecordBatchView;
import java.nio.ByteBuffer;

/**
 * What clients may send, beyond what the log engine checks of every batch. Reads headers only. Any
 * thread.
 */
public final class ClientBatches {
  private ClientBatches() {}

  /**
   * Checks that a buffer holds exactly one batch, without moving it.
   *
   * @return the batch
   * @throws RefusedBatchException there is none or more than one, one of an impossible length, or
   *     one that only the server may write
   */
  public static RecordBatchView check(ByteBuffer batches) {
    RecordBatchView batch = new RecordBatchView();
    if (!isFirst(batch, batches)) {
      throw new RefusedBatchException("there is no whole record batch");
    }
    if (batch.position() + batch.sizeInBytes() != batches.limit()) {
      throw new RefusedBatchException("there is more than one record batch");
    }
    if (batch.isControl()) {
      throw new RefusedBatchException("only the server writes control batches");
    }
    if (batch.isTransactional()) {
      throw new RefusedBatchException("a transactional batch belongs to no open transaction");
    }
    return batch;
  }

  private static boolean isFirst(RecordBatchView batch, ByteBuffer batches) {
    try {
      return batch.first(batches);
    } catch (InvalidBatchException e) {
      throw new RefusedBatchException(String.valueOf(e.getMessage()));
    }
  }
}
