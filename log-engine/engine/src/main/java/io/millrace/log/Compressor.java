package io.millrace.log;

import io.millrace.batch.Codec;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Compresses the records of a batch that a store writes again, with the codec that its producer
 * chose. Called on a thread of the store that may block.
 */
@FunctionalInterface
public interface Compressor {

  /** Knows no codec: what is written again is not compressed any more. */
  Compressor NONE = (codec, records) -> null;

  /**
   * The compressed records, or null when the codec is not known.
   *
   * @param codec not {@link Codec#NONE}
   * @param records the records of one batch, which are left as they are
   */
  @Nullable ByteBuffer compress(Codec codec, ByteBuffer records);
}
