package io.millrace.server.cursor;

import io.millrace.server.shard.Reply;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Takes messages that could not be delivered. */
public interface DeadLetters {

  /** Why a message is not delivered any more. */
  enum Reason {
    /** It was delivered in vain as often as is allowed. */
    MAX_DELIVERY_ATTEMPTS,
    /** A consumer rejected it. */
    REJECTED
  }

  /**
   * A message that is to be moved.
   *
   * @param cursor whose message it is
   * @param offset its offset
   * @param baseTimestamp what the record's timestamp delta is relative to
   * @param record its bytes as in the log, uncompressed
   * @param attempts how often it was delivered
   * @param reason why it is moved
   * @param share where to, for a share group; null where the topic's settings say it
   */
  record DeadLetter(
      CursorKey cursor,
      long offset,
      long baseTimestamp,
      ByteBuffer record,
      int attempts,
      Reason reason,
      @Nullable ShareTarget share) {}

  /**
   * Where a share group's dead letters go (KIP-1191).
   *
   * @param groupId the group
   * @param topic the topic's name
   */
  record ShareTarget(String groupId, String topic) {}

  /**
   * Moves a message to its dead letter destination and settles it, both or neither, whatever
   * crashes. Answers when done; on failure the cursor tries again later.
   */
  void move(DeadLetter letter, Reply<Void> reply);
}
