package io.millrace.jms.wire.message;

import io.millrace.batch.InvalidBatchException;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.jms.wire.Sidecar;
import java.nio.ByteBuffer;

/**
 * Makes a batch's sidecar from its records, where the one that came with it is gone or never was.
 */
public final class SidecarRebuilder {
  private SidecarRebuilder() {}

  /**
   * The sidecar of a batch.
   *
   * @param batch an uncompressed batch
   * @throws InvalidBatchException if it is compressed or malformed
   */
  public static ByteBuffer rebuild(RecordBatchView batch) {
    return rebuild(new RecordIterator().over(batch));
  }

  /**
   * The sidecar of the records that an iterator still has before it; their index counts from there.
   */
  public static ByteBuffer rebuild(RecordIterator records) {
    Sidecar.Builder sidecar = new Sidecar.Builder();
    for (int index = 0; records.next(); index++) {
      if (records.record().headerCount() > 0) {
        MessageHeaders headers = MessageDecoder.headers(records.record());
        sidecar.add(index, headers.priority(), headers.deliveryTime(), headers.expiration());
      }
    }
    return sidecar.build();
  }
}
