package io.millrace.jms.destination;

import io.millrace.jms.wire.DestinationKind;
import jakarta.jms.Queue;

/** A queue by its name. */
public class MillraceQueue extends MillraceDestination implements Queue {
  private static final long serialVersionUID = 1L;

  /**
   * Names a queue; nothing is created.
   *
   * @throws IllegalArgumentException if the name is empty
   */
  public MillraceQueue(String name) {
    super(DestinationKind.QUEUE, name);
  }

  @Override
  public String getQueueName() {
    return name();
  }
}
