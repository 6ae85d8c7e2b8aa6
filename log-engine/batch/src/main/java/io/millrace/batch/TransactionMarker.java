package io.millrace.batch;

import java.nio.ByteBuffer;

/**
 * The control batches that end transactions: one record, whose key says how, and whose value says
 * which coordinator wrote it (KIP-98).
 */
public final class TransactionMarker {
  private static final short VERSION = 0;
  private static final short ABORT = 0;
  private static final short COMMIT = 1;
  private static final int KEY_BYTES = 2 * Short.BYTES;
  private static final int VALUE_BYTES = Short.BYTES + Integer.BYTES;
  private static final int INITIAL_BYTES = 128;

  private TransactionMarker() {}

  /**
   * A whole batch that ends a producer's transaction.
   *
   * @param producerEpoch that of the transaction, or a higher one, with which what comes late is
   *     refused (KIP-890)
   * @param timestampMs milliseconds since the epoch
   */
  public static ByteBuffer batch(
      boolean commit,
      long producerId,
      short producerEpoch,
      int coordinatorEpoch,
      long timestampMs) {
    ByteBuffer key =
        ByteBuffer.allocate(KEY_BYTES).putShort(VERSION).putShort(commit ? COMMIT : ABORT).flip();
    ByteBuffer value =
        ByteBuffer.allocate(VALUE_BYTES).putShort(VERSION).putInt(coordinatorEpoch).flip();
    BatchBuilder builder =
        new BatchBuilder(INITIAL_BYTES)
            .setProducer(producerId, producerEpoch, BatchFormat.NO_SEQUENCE)
            .setTransactional(true)
            .setControl(true);
    builder.append(timestampMs, key, value);
    return builder.build();
  }

  /** Whether a batch ends a transaction: there are control batches of other kinds. */
  public static boolean is(RecordBatchView batch) {
    return batch.isControl() && batch.isTransactional() && batch.hasProducerId();
  }

  /**
   * Whether a batch that {@link #is} a marker says that the transaction's records count.
   *
   * @throws InvalidBatchException it is malformed, or of a kind that is not known
   */
  public static boolean isCommit(RecordBatchView batch) {
    RecordIterator records = new RecordIterator();
    records.over(batch);
    if (!records.next()) {
      throw new InvalidBatchException("a control batch without a record");
    }
    ByteBuffer key = records.record().key();
    if (key == null || key.remaining() < KEY_BYTES) {
      throw new InvalidBatchException("a control record without a type");
    }
    short type = key.getShort(key.position() + Short.BYTES);
    if (type != ABORT && type != COMMIT) {
      throw new InvalidBatchException("a control record of type " + type);
    }
    return type == COMMIT;
  }
}
