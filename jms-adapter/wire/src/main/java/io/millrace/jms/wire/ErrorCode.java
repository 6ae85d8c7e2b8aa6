package io.millrace.jms.wire;

/** Why a request failed or a connection or consumer ended. */
public enum ErrorCode {
  /**
   * The frame was malformed or made no sense in the connection's state; the connection is closed.
   */
  PROTOCOL(1),
  /** User or password are wrong. */
  AUTHENTICATION(2),
  /** The user may not do this. */
  AUTHORISATION(3),
  /** The client id is invalid, in use by another connection, or missing where one is needed. */
  CLIENT_ID(4),
  /** The destination does not exist or its name is invalid. */
  DESTINATION(5),
  /** The selector is not valid, or the server evaluates none. */
  SELECTOR(6),
  /** The transaction did not and will not take place. */
  ROLLED_BACK(7),
  /**
   * For now: disk full, starting, moving. The same request may succeed later; nothing was changed.
   */
  UNAVAILABLE(8),
  /** The message or frame exceeds a limit of size. */
  TOO_LARGE(9),
  /** A limit of number: consumers, sessions, depth of the destination. */
  LIMIT(10),
  /** A temporary destination still has consumers. */
  DESTINATION_IN_USE(11),
  /** The durable subscription has an active consumer, or is used otherwise. */
  SUBSCRIPTION_IN_USE(12),
  /** The batch's sequence does not follow its producer's last one; the batch was not appended. */
  SEQUENCE(13),
  /** The subscription does not exist. */
  SUBSCRIPTION(14),
  /** A defect of the server; its log says more. */
  INTERNAL(15);

  private static final ErrorCode[] BY_CODE = new ErrorCode[16];

  static {
    for (ErrorCode value : values()) {
      BY_CODE[value.code] = value;
    }
  }

  private final int code;

  ErrorCode(int code) {
    this.code = code;
  }

  /** The u16 on the wire. */
  public int code() {
    return code;
  }

  /** True if the same request may succeed a little later. */
  public boolean isRetriable() {
    return this == UNAVAILABLE;
  }

  /** A code of a newer server that this code does not know is {@link #INTERNAL}. */
  static ErrorCode of(int code) throws WireException {
    if (code == 0) {
      throw new WireException("error code 0");
    }
    return code < BY_CODE.length ? BY_CODE[code] : INTERNAL;
  }
}
