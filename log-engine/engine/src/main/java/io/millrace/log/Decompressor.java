package io.millrace.log;

import io.millrace.batch.RecordBatchView;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Gives a store the records of a compressed batch where it must look at single records: to find a
 * timestamp. Called on a thread of the store that may block.
 */
@FunctionalInterface
public interface Decompressor {

  /** Knows no codec: a compressed batch is answered for as a whole, by its first record. */
  Decompressor NONE = batch -> null;

  /** The decompressed records, or null when the codec is not known. */
  @Nullable ByteBuffer decompress(RecordBatchView batch);
}
