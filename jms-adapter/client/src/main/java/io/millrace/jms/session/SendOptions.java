package io.millrace.jms.session;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;

/**
 * How a message is sent.
 *
 * @param deliveryMode {@link DeliveryMode}
 * @param priority 0..9
 * @param timeToLive milliseconds; 0 for ever
 * @param deliveryDelay milliseconds; 0 for none
 */
public record SendOptions(int deliveryMode, int priority, long timeToLive, long deliveryDelay) {
  /** What Jakarta Messaging says where nothing is said. */
  public static final SendOptions DEFAULT =
      new SendOptions(
          Message.DEFAULT_DELIVERY_MODE,
          Message.DEFAULT_PRIORITY,
          Message.DEFAULT_TIME_TO_LIVE,
          Message.DEFAULT_DELIVERY_DELAY);

  private static final int MAX_PRIORITY = 9;

  /** These options with others for one call. */
  SendOptions with(int mode, int newPriority, long ttl) throws JMSException {
    return new SendOptions(mode, newPriority, ttl, deliveryDelay).check();
  }

  /**
   * Checks the ranges.
   *
   * @throws JMSException if a value is outside its range
   */
  public SendOptions check() throws JMSException {
    if (deliveryMode != DeliveryMode.PERSISTENT && deliveryMode != DeliveryMode.NON_PERSISTENT) {
      throw new JMSException("delivery mode " + deliveryMode + " does not exist");
    }
    if (priority < 0 || priority > MAX_PRIORITY) {
      throw new JMSException("priority " + priority + " is not in 0..9");
    }
    if (timeToLive < 0 || deliveryDelay < 0) {
      throw new JMSException("a time to live or delivery delay below 0");
    }
    return this;
  }
}
