package io.millrace.server.partition;

import io.millrace.batch.InvalidBatchException;

/** A batch is too large when it is decompressed. */
public final class OversizedBatchException extends InvalidBatchException {
  private static final long serialVersionUID = 1L;

  OversizedBatchException(long maxBytes) {
    super("more than " + maxBytes + " bytes when decompressed");
  }
}
