package io.millrace.jms.link;

import jakarta.jms.JMSException;

/** What the owner of a link hears of it, on a thread that must not be blocked. */
public interface LinkEvents {
  /** The link failed for good; it will not connect again. */
  void onFailed(JMSException reason);
}
