package io.millrace.jms.destination;

import io.millrace.jms.wire.DestinationKind;
import io.millrace.jms.wire.Resolve;
import io.millrace.jms.wire.message.DestinationName;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.Topic;
import java.io.Serializable;
import javax.naming.Reference;
import javax.naming.Referenceable;
import javax.naming.StringRefAddr;
import org.jspecify.annotations.Nullable;

/** What queues and topics have in common. Immutable; two are equal if kind and name are. */
public abstract class MillraceDestination implements Destination, Serializable, Referenceable {
  /** The reference's address that holds the name. */
  public static final String REFERENCE_NAME = "name";

  private static final String OBJECT_FACTORY = "io.millrace.jms.jndi.MillraceObjectFactory";
  private static final long serialVersionUID = 1L;

  private final DestinationKind kind;
  private final String name;

  MillraceDestination(DestinationKind kind, String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a destination needs a name");
    }
    this.kind = kind;
    this.name = name;
  }

  /** Queue or topic. */
  public DestinationKind kind() {
    return kind;
  }

  /** The name on the server. */
  public String name() {
    return name;
  }

  /** True for a temporary queue or topic, whoever created it. */
  public boolean isTemporary() {
    return name.startsWith(Resolve.TEMPORARY_PREFIX);
  }

  /** {@code queue:NAME} or {@code topic:NAME}. */
  public String toText() {
    return new DestinationName(kind, name).toString();
  }

  /** The destination that a text like {@code queue:NAME} names, or null if it names none. */
  public static @Nullable MillraceDestination ofText(String text) {
    DestinationName parsed = DestinationName.parse(text);
    return parsed == null ? null : of(parsed.kind(), parsed.name());
  }

  /** A queue or a topic. */
  public static MillraceDestination of(DestinationKind kind, String name) {
    return kind == DestinationKind.QUEUE ? new MillraceQueue(name) : new MillraceTopic(name);
  }

  /**
   * Any provider's destination as one of this provider.
   *
   * @throws InvalidDestinationException if it is null or has no name
   */
  public static MillraceDestination of(@Nullable Destination destination) throws JMSException {
    if (destination instanceof MillraceDestination own) {
      return own;
    }
    if (destination instanceof Queue queue && queue.getQueueName() != null) {
      return new MillraceQueue(queue.getQueueName());
    }
    if (destination instanceof Topic topic && topic.getTopicName() != null) {
      return new MillraceTopic(topic.getTopicName());
    }
    throw new InvalidDestinationException("not a queue or topic: " + destination);
  }

  @Override
  public Reference getReference() {
    return new Reference(
        getClass().getName(), new StringRefAddr(REFERENCE_NAME, name), OBJECT_FACTORY, null);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MillraceDestination that && kind == that.kind && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return 31 * kind.hashCode() + name.hashCode();
  }

  @Override
  public String toString() {
    return toText();
  }
}
