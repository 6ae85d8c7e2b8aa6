package io.millrace.jms.wire.message;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The JMSMessageID that follows from a record's place, so that most messages need not carry one:
 * {@code ID:<topic id as Kafka prints it>:<partition>:<offset>}.
 *
 * @param topicId the log topic
 * @param partition the partition
 * @param offset the record's offset
 */
public record MessageId(UUID topicId, int partition, long offset) {
  /** How every JMSMessageID begins (Jakarta Messaging 3.1, 3.4.3). */
  public static final String PREFIX = "ID:";

  private static final int UUID_BYTES = 16;

  /** The topic's id as it stands in the text: 22 characters of URL-safe Base64. */
  public static String topicText(UUID topicId) {
    ByteBuffer bytes = ByteBuffer.allocate(UUID_BYTES);
    bytes.putLong(topicId.getMostSignificantBits()).putLong(topicId.getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /** The place that a text names, or null if it is no such id. */
  public static @Nullable MessageId parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 4 || !text.startsWith(PREFIX)) {
      return null;
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(parts[1]));
      if (bytes.remaining() != UUID_BYTES) {
        return null;
      }
      UUID topicId = new UUID(bytes.getLong(), bytes.getLong());
      return new MessageId(topicId, Integer.parseInt(parts[2]), Long.parseLong(parts[3]));
    } catch (IllegalArgumentException notOurs) {
      return null;
    }
  }

  @Override
  public String toString() {
    return PREFIX + topicText(topicId) + ':' + partition + ':' + offset;
  }
}
