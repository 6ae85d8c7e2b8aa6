package io.millrace.jms.wire;

import org.jspecify.annotations.Nullable;

/**
 * The frames of the protocol and their codes: below 64 from the client, from 64 on from the server.
 */
public enum FrameType {
  HELLO(1),
  SET_CLIENT_ID(2),
  PING(3),
  RESOLVE(4),
  PRODUCER_ID(5),
  SEND(6),
  CONSUME(7),
  CREDIT(8),
  ACK(9),
  CLOSE_CONSUMER(10),
  OPEN_SESSION(11),
  CLOSE_SESSION(12),
  COMMIT(13),
  ROLLBACK(14),
  UNSUBSCRIBE(15),
  DELETE_TEMPORARY(16),
  GOODBYE(17),
  POLL(18),
  PAUSE(19),
  LEAVE(20),
  WELCOME(64),
  DONE(65),
  ERROR(66),
  DESTINATION(67),
  PRODUCER(68),
  SENT(69),
  CONSUMING(70),
  DELIVER(71),
  BROWSE_END(72),
  PONG(73),
  CONSUMER_CLOSED(74),
  LEFT(75);

  private static final int FIRST_OF_SERVER = 64;
  private static final @Nullable FrameType[] BY_CODE = new FrameType[128];

  static {
    for (FrameType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final int code;

  FrameType(int code) {
    this.code = code;
  }

  /** The byte on the wire. */
  public int code() {
    return code;
  }

  /** True if a client sends it, false if a server does. */
  public boolean isFromClient() {
    return code < FIRST_OF_SERVER;
  }

  static FrameType of(int code) throws WireException {
    FrameType type = code < BY_CODE.length ? BY_CODE[code] : null;
    if (type == null) {
      throw new WireException("unknown frame type " + code);
    }
    return type;
  }
}
