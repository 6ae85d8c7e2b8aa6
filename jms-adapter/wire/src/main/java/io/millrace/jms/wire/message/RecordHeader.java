package io.millrace.jms.wire.message;

import java.nio.charset.StandardCharsets;

/**
 * The record headers that carry JMS header fields. All begin with the reserved prefix {@code jms.};
 * their values are UTF-8 text, so that a Kafka client reads them as they are. Only fields that
 * deviate from their default are written.
 */
public enum RecordHeader {
  /** The kind of message, one character; absent on records that no JMS client sent. */
  BODY("jms.body"),
  /** JMSMessageID, where it is not the one that follows from the record's place. */
  MESSAGE_ID("jms.MessageID"),
  /** JMSCorrelationID. */
  CORRELATION_ID("jms.CorrelationID"),
  /** JMSCorrelationIDAsBytes, where the sender set bytes: the bytes themselves. */
  CORRELATION_ID_BYTES("jms.CorrelationIDBytes"),
  /** JMSReplyTo: {@code queue:NAME} or {@code topic:NAME}. */
  REPLY_TO("jms.ReplyTo"),
  /** JMSType. */
  TYPE("jms.Type"),
  /** JMSPriority, 0 to 9; default 4. */
  PRIORITY("jms.Priority"),
  /** JMSExpiration, milliseconds since the epoch; default never. */
  EXPIRATION("jms.Expiration"),
  /** JMSDeliveryTime, milliseconds since the epoch; default the record's timestamp. */
  DELIVERY_TIME("jms.DeliveryTime"),
  /** JMSDeliveryMode: {@code NON_PERSISTENT}; default persistent. */
  DELIVERY_MODE("jms.DeliveryMode");

  /** What the names of all headers begin with that belong to JMS. */
  public static final String PREFIX = "jms.";

  /**
   * What the names of properties' headers begin with; a type character, a dot and the property's
   * name follow.
   */
  public static final String PROPERTY_PREFIX = "jms.p.";

  /** Value of {@link #DELIVERY_MODE}. */
  public static final String NON_PERSISTENT = "NON_PERSISTENT";

  private final String key;

  RecordHeader(String key) {
    this.key = key;
  }

  /** The header's name. */
  public String key() {
    return key;
  }

  /** The header's name in UTF-8; a new array. */
  byte[] keyUtf8() {
    return key.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return key;
  }
}
