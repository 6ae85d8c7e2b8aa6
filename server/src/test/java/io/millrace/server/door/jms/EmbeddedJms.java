package io.millrace.server.door.jms;

import io.millrace.jms.wire.ClientFrame;
import io.millrace.jms.wire.FrameDecoder;
import io.millrace.jms.wire.FrameEncoder;
import io.millrace.jms.wire.Hello;
import io.millrace.jms.wire.Preamble;
import io.millrace.jms.wire.ServerFrame;
import io.millrace.jms.wire.WireException;
import io.millrace.server.net.EmbeddedConnection;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A JMS client on a connection that a test steps. */
record EmbeddedJms(EmbeddedConnection socket) {
  private static final UUID NEW = new UUID(0, 0);
  private static final int CONVERSATION = 1;

  static byte[] preamble() {
    ByteBuffer preamble = ByteBuffer.allocate(Preamble.BYTES);
    Preamble.CURRENT.writeTo(preamble);
    return preamble.array();
  }

  /** Says hello as a new client. */
  ServerFrame greet() throws WireException {
    return greet(NEW);
  }

  /**
   * Says hello.
   *
   * @param key of a connection that was there before
   */
  ServerFrame greet(UUID key) throws WireException {
    socket.arrive(preamble());
    send(new Hello(1, "test", "1", null, null, null, key));
    return frames().get(0);
  }

  /** Sends a frame; the server's agents do nothing about it yet. */
  void send(ClientFrame frame) {
    socket.arrive(FrameEncoder.encode(CONVERSATION, frame).array());
    socket.work();
  }

  /** What the server has sent since this was asked last. */
  List<ServerFrame> frames() throws WireException {
    ByteBuffer bytes = ByteBuffer.wrap(socket.takeReceived());
    List<ServerFrame> frames = new ArrayList<>();
    while (bytes.hasRemaining()) {
      int length = bytes.getInt();
      ByteBuffer frame = bytes.slice(bytes.position(), length);
      bytes.position(bytes.position() + length);
      FrameDecoder.readConversation(frame);
      frames.add(FrameDecoder.decodeFromServer(frame));
    }
    return frames;
  }
}
