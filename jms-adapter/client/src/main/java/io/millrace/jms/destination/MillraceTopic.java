package io.millrace.jms.destination;

import io.millrace.jms.wire.DestinationKind;
import jakarta.jms.Topic;

/** A topic by its name. */
public class MillraceTopic extends MillraceDestination implements Topic {
  private static final long serialVersionUID = 1L;

  /**
   * Names a topic; nothing is created.
   *
   * @throws IllegalArgumentException if the name is empty
   */
  public MillraceTopic(String name) {
    super(DestinationKind.TOPIC, name);
  }

  @Override
  public String getTopicName() {
    return name();
  }
}
