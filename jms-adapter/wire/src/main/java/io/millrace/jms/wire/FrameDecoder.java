package io.millrace.jms.wire;

import java.nio.ByteBuffer;

/** Bytes to frames. Stateless; any thread. */
public final class FrameDecoder {
  /**
   * Largest frame, without its length field, before {@link Welcome} has said what the connection
   * allows.
   */
  public static final int MAX_BYTES_BEFORE_WELCOME = 64 * 1024;

  private static final int SMALLEST_BYTES =
      FrameEncoder.HEADER_BYTES - FrameEncoder.LENGTH_BYTES + 1;

  private FrameDecoder() {}

  /**
   * Looks at a length field, so that a reader knows how much to wait for before it allocates
   * anything.
   *
   * @param length the four bytes before a frame
   * @param maxFrameBytes the largest frame allowed
   * @return the number of bytes that follow: the conversation, the type and the fields
   * @throws WireException if it is larger than allowed or too small for a frame
   */
  public static int checkLength(int length, int maxFrameBytes) throws WireException {
    if (length < SMALLEST_BYTES || length > maxFrameBytes) {
      throw new WireException(
          "a frame of "
              + Integer.toUnsignedString(length)
              + " bytes; at most "
              + maxFrameBytes
              + " are allowed");
    }
    return length;
  }

  /**
   * Reads the conversation from behind a length field.
   *
   * @throws WireException if there are too few bytes
   */
  public static int readConversation(ByteBuffer frame) throws WireException {
    return new FieldSource(frame).u32();
  }

  /**
   * Decodes what stands behind a header: type and fields. The frame's byte fields are slices of
   * {@code frame}.
   *
   * @param frame big-endian; exactly one frame between position and limit, all of which is consumed
   * @throws WireException if it is not exactly one well-formed frame
   */
  public static Frame decode(ByteBuffer frame) throws WireException {
    FieldSource in = new FieldSource(frame);
    FrameType type = FrameType.of(in.u8());
    Frame decoded = read(type, in);
    in.end();
    return decoded;
  }

  /** Decodes a frame that must come from a client. */
  public static ClientFrame decodeFromClient(ByteBuffer frame) throws WireException {
    Frame decoded = decode(frame);
    if (decoded instanceof ClientFrame fromClient) {
      return fromClient;
    }
    throw new WireException(decoded.type() + " is not a client's frame");
  }

  /** Decodes a frame that must come from a server. */
  public static ServerFrame decodeFromServer(ByteBuffer frame) throws WireException {
    Frame decoded = decode(frame);
    if (decoded instanceof ServerFrame fromServer) {
      return fromServer;
    }
    throw new WireException(decoded.type() + " is not a server's frame");
  }

  private static Frame read(FrameType type, FieldSource in) throws WireException {
    return switch (type) {
      case HELLO -> Hello.readFrom(in);
      case SET_CLIENT_ID -> SetClientId.readFrom(in);
      case PING -> Ping.readFrom(in);
      case RESOLVE -> Resolve.readFrom(in);
      case PRODUCER_ID -> ProducerId.readFrom(in);
      case SEND -> Send.readFrom(in);
      case CONSUME -> Consume.readFrom(in);
      case CREDIT -> Credit.readFrom(in);
      case ACK -> Ack.readFrom(in);
      case CLOSE_CONSUMER -> CloseConsumer.readFrom(in);
      case OPEN_SESSION -> OpenSession.readFrom(in);
      case CLOSE_SESSION -> CloseSession.readFrom(in);
      case COMMIT -> Commit.readFrom(in);
      case ROLLBACK -> Rollback.readFrom(in);
      case UNSUBSCRIBE -> Unsubscribe.readFrom(in);
      case DELETE_TEMPORARY -> DeleteTemporary.readFrom(in);
      case GOODBYE -> Goodbye.readFrom(in);
      case POLL -> Poll.readFrom(in);
      case PAUSE -> Pause.readFrom(in);
      case LEAVE -> Leave.readFrom();
      case WELCOME -> Welcome.readFrom(in);
      case DONE -> Done.readFrom(in);
      case ERROR -> Failed.readFrom(in);
      case DESTINATION -> DestinationInfo.readFrom(in);
      case PRODUCER -> ProducerInfo.readFrom(in);
      case SENT -> Sent.readFrom(in);
      case CONSUMING -> Consuming.readFrom(in);
      case DELIVER -> Deliver.readFrom(in);
      case BROWSE_END -> BrowseEnd.readFrom(in);
      case PONG -> Pong.readFrom(in);
      case CONSUMER_CLOSED -> ConsumerClosed.readFrom(in);
      case LEFT -> Left.readFrom();
    };
  }
}
