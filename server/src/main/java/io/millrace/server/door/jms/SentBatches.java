package io.millrace.server.door.jms;

import io.millrace.batch.BatchFormat;
import io.millrace.jms.wire.ErrorCode;
import java.nio.ByteBuffer;

/** What the wire protocol says of a batch that a client sends, beyond what is true of every one. */
final class SentBatches {
  private SentBatches() {}

  /**
   * Refuses what is compressed: it could be small here and more than the server holds when it is
   * delivered. Whether the batch is one at all is for the partition to say.
   */
  static void checkUncompressed(ByteBuffer batch) {
    if (batch.remaining() < BatchFormat.HEADER_BYTES) {
      return;
    }
    int attributes = batch.getShort(batch.position() + BatchFormat.ATTRIBUTES);
    if ((attributes & BatchFormat.CODEC_MASK) != 0) {
      throw new RefusedException(
          ErrorCode.PROTOCOL, "the batch is compressed; this protocol knows no compression");
    }
  }
}
