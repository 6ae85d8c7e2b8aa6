package io.millrace.jms.wire;

/** How a consumer reads its destination. */
public enum ConsumerMode {
  /** Competes for the messages of a queue. */
  QUEUE(0),
  /** Looks at a queue's unsettled messages without taking them; ends with {@link BrowseEnd}. */
  BROWSER(1),
  /**
   * A private subscription from now on; the server keeps only positions and expects no {@link Ack}.
   */
  NON_DURABLE(2),
  /** A named subscription of one client id and one consumer at a time. */
  DURABLE(3),
  /** A named subscription that lives as long as one of its consumers. */
  SHARED_NON_DURABLE(4),
  /** A named subscription that several consumers share and that outlives them. */
  SHARED_DURABLE(5);

  private static final ConsumerMode[] ALL = values();

  private final int code;

  ConsumerMode(int code) {
    this.code = code;
  }

  /** The byte on the wire. */
  public int code() {
    return code;
  }

  /**
   * True if the server keeps what is in flight and waits for an {@link Ack}; otherwise only
   * positions matter.
   */
  public boolean isAcknowledged() {
    return this != BROWSER && this != NON_DURABLE;
  }

  static ConsumerMode of(int code) throws WireException {
    if (code >= ALL.length) {
      throw new WireException("unknown consumer mode " + code);
    }
    return ALL[code];
  }
}
