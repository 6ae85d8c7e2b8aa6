package io.millrace.jms.session;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;

/**
 * Which interfaces an application asked for: the domain-specific ones refuse the other domain
 * (Jakarta Messaging 3.1, 6.1).
 */
public enum Domain {
  ANY,
  QUEUE,
  TOPIC;

  void requireQueues(String method) throws JMSException {
    if (this == TOPIC) {
      throw new IllegalStateException(method + " is not for sessions and connections of topics");
    }
  }

  void requireTopics(String method) throws JMSException {
    if (this == QUEUE) {
      throw new IllegalStateException(method + " is not for sessions and connections of queues");
    }
  }
}
