package io.millrace.jms.link;

import io.millrace.batch.RecordView;

/**
 * One message as it came, not decoded.
 *
 * @param record the record; its bytes stay valid
 * @param partition the partition it lies in
 * @param deliveryCount JMSXDeliveryCount, 1 for the first delivery
 * @param isReplayed whether it was read again by request
 */
public record Delivery(RecordView record, int partition, int deliveryCount, boolean isReplayed) {
  /** The record's place in its partition. */
  public long offset() {
    return record.offset();
  }

  /** The same message, delivered once more. */
  public Delivery again() {
    return new Delivery(record, partition, deliveryCount + 1, isReplayed);
  }
}
