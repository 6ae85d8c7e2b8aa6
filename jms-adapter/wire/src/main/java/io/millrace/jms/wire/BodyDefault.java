package io.millrace.jms.wire;

/**
 * As what a record without JMS headers (from a Kafka producer) arrives at a JMS consumer. The order
 * is the code on the wire.
 */
public enum BodyDefault {
  BYTES(0),
  TEXT(1);

  private static final BodyDefault[] ALL = values();

  private final int code;

  BodyDefault(int code) {
    this.code = code;
  }

  /** The byte on the wire. */
  public int code() {
    return code;
  }

  static BodyDefault of(int code) throws WireException {
    if (code >= ALL.length) {
      throw new WireException("unknown default body " + code);
    }
    return ALL[code];
  }
}
