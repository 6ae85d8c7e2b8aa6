package io.millrace.jms.wire;

/** Whether a name is a queue or a topic. */
public enum DestinationKind {
  QUEUE(0),
  TOPIC(1);

  private static final DestinationKind[] ALL = values();

  private final int code;

  DestinationKind(int code) {
    this.code = code;
  }

  /** The byte on the wire. */
  public int code() {
    return code;
  }

  static DestinationKind of(int code) throws WireException {
    if (code >= ALL.length) {
      throw new WireException("unknown kind of destination " + code);
    }
    return ALL[code];
  }
}
