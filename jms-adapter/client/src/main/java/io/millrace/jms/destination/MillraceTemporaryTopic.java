package io.millrace.jms.destination;

import jakarta.jms.JMSException;
import jakarta.jms.TemporaryTopic;

/** A temporary topic of a connection, which alone may consume from it and delete it. */
public final class MillraceTemporaryTopic extends MillraceTopic implements TemporaryTopic {
  private static final long serialVersionUID = 1L;

  private final transient TemporaryOwner owner;

  public MillraceTemporaryTopic(String name, TemporaryOwner owner) {
    super(name);
    this.owner = owner;
  }

  /** The connection that created it. */
  public TemporaryOwner owner() {
    return owner;
  }

  @Override
  public void delete() throws JMSException {
    owner.delete(this);
  }
}
