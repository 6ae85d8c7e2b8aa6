package io.millrace.server.cursor;

import io.millrace.batch.HeaderView;
import io.millrace.batch.RecordView;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads from a record's headers what dispatch must know, as {@code docs/format/jms-record.md}
 * describes them. A value that is no number counts as the default: a Kafka producer may write what
 * it likes. Reusable; not safe for use by several threads.
 */
final class MessageFacts {
  private static final byte[] PREFIX = "jms.".getBytes(StandardCharsets.US_ASCII);
  static final byte[] PRIORITY = "jms.Priority".getBytes(StandardCharsets.US_ASCII);
  static final byte[] DELIVERY_TIME = "jms.DeliveryTime".getBytes(StandardCharsets.US_ASCII);
  static final byte[] EXPIRATION = "jms.Expiration".getBytes(StandardCharsets.US_ASCII);

  private static final int MAX_DIGITS = 18;

  private final HeaderView header = new HeaderView();
  private int priority;
  private long deliveryTime;
  private long expiration;

  /** Looks at a record. Returns whether anything deviates from the defaults. */
  boolean read(RecordView record) {
    priority = Lanes.DEFAULT_PRIORITY;
    deliveryTime = 0;
    expiration = 0;
    header.over(record);
    while (header.next()) {
      if (!header.keyStartsWith(PREFIX)) {
        continue;
      }
      if (header.keyEquals(PRIORITY)) {
        long value = number(record.buffer(), Lanes.DEFAULT_PRIORITY);
        priority = value < Lanes.PRIORITIES ? (int) value : Lanes.DEFAULT_PRIORITY;
      } else if (header.keyEquals(DELIVERY_TIME)) {
        deliveryTime = number(record.buffer(), 0);
      } else if (header.keyEquals(EXPIRATION)) {
        expiration = number(record.buffer(), 0);
      }
    }
    return priority != Lanes.DEFAULT_PRIORITY || deliveryTime != 0 || expiration != 0;
  }

  private long number(ByteBuffer buffer, long otherwise) {
    int size = header.valueSize();
    if (size < 1 || size > MAX_DIGITS) {
      return otherwise;
    }
    long value = 0;
    for (int i = 0; i < size; i++) {
      int digit = buffer.get(header.valuePosition() + i) - '0';
      if (digit < 0 || digit > 9) {
        return otherwise;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  int priority() {
    return priority;
  }

  long deliveryTime() {
    return deliveryTime;
  }

  long expiration() {
    return expiration;
  }
}
