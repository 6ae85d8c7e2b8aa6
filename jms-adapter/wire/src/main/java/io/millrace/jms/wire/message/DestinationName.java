package io.millrace.jms.wire.message;

import io.millrace.jms.wire.DestinationKind;
import org.jspecify.annotations.Nullable;

/**
 * A destination in text: {@code queue:NAME} or {@code topic:NAME}, as JMSReplyTo is written.
 *
 * @param kind queue or topic
 * @param name the name, not empty
 */
public record DestinationName(DestinationKind kind, String name) {
  private static final String QUEUE = "queue:";
  private static final String TOPIC = "topic:";

  /** The destination that a text names, or null if it names none. */
  public static @Nullable DestinationName parse(String text) {
    if (text.startsWith(QUEUE) && text.length() > QUEUE.length()) {
      return new DestinationName(DestinationKind.QUEUE, text.substring(QUEUE.length()));
    }
    if (text.startsWith(TOPIC) && text.length() > TOPIC.length()) {
      return new DestinationName(DestinationKind.TOPIC, text.substring(TOPIC.length()));
    }
    return null;
  }

  @Override
  public String toString() {
    return (kind == DestinationKind.QUEUE ? QUEUE : TOPIC) + name;
  }
}
