package io.millrace.jms.wire;

/** What became of delivered messages. */
public enum Outcome {
  /** Consumed: settled for good. */
  ACCEPT(0),
  /** Shown to the application but not consumed: to be delivered again, the delivery count rises. */
  RELEASE(1),
  /** Never shown to the application: to be delivered again as if it had never left. */
  RETURN(2),
  /** Cannot be processed: to the dead letters without further attempts. */
  REJECT(3);

  private static final Outcome[] ALL = values();

  private final int code;

  Outcome(int code) {
    this.code = code;
  }

  /** The byte on the wire. */
  public int code() {
    return code;
  }

  static Outcome of(int code) throws WireException {
    if (code >= ALL.length) {
      throw new WireException("unknown outcome " + code);
    }
    return ALL[code];
  }
}
