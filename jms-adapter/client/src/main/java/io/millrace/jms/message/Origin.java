package io.millrace.jms.message;

import io.millrace.batch.RecordView;
import io.millrace.jms.destination.MillraceDestination;
import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;

/**
 * Where a received message came from.
 *
 * @param record the record, not decoded
 * @param destination what it was consumed from
 * @param place names the record's place, for JMSMessageID
 * @param deliveryCount JMSXDeliveryCount
 * @param replayed read again by request
 * @param acknowledger what acknowledge() does; null where it does nothing
 */
public record Origin(
    RecordView record,
    MillraceDestination destination,
    Place place,
    int deliveryCount,
    boolean replayed,
    @Nullable Acknowledger acknowledger) {

  /** Names places in the log. */
  @FunctionalInterface
  public interface Place {
    /** The JMSMessageID of the record at an offset. */
    String messageId(long offset);
  }

  /** Acknowledges messages of a session. */
  @FunctionalInterface
  public interface Acknowledger {
    void acknowledge() throws JMSException;
  }
}
