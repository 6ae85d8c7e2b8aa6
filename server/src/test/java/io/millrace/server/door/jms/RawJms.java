package io.millrace.server.door.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jms.wire.ClientFrame;
import io.millrace.jms.wire.DestinationInfo;
import io.millrace.jms.wire.DestinationKind;
import io.millrace.jms.wire.Done;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Failed;
import io.millrace.jms.wire.FrameDecoder;
import io.millrace.jms.wire.FrameEncoder;
import io.millrace.jms.wire.Hello;
import io.millrace.jms.wire.OpenSession;
import io.millrace.jms.wire.Preamble;
import io.millrace.jms.wire.Resolve;
import io.millrace.jms.wire.ServerFrame;
import io.millrace.jms.wire.Welcome;
import io.millrace.jms.wire.WireException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A JMS client that sends what it is told to, right or wrong. */
final class RawJms implements AutoCloseable {
  private static final int TIMEOUT_MS = 20_000;

  /** The conversation that is meant where none is named. */
  static final int CONVERSATION = 1;

  private final Socket socket;
  private final OutputStream out;
  private final DataInputStream in;

  /** Connects and says nothing. */
  RawJms(int port) throws IOException {
    this(port, 0);
  }

  /**
   * The same for a client whose operating system keeps little for it.
   *
   * @param receiveBytes about as much as can arrive before it is read; 0 leaves it as it is
   */
  RawJms(int port, int receiveBytes) throws IOException {
    socket = new Socket();
    if (receiveBytes > 0) {
      socket.setReceiveBufferSize(receiveBytes);
    }
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout(TIMEOUT_MS);
    socket.setTcpNoDelay(true);
    out = socket.getOutputStream();
    in = new DataInputStream(socket.getInputStream());
  }

  /** The port of this end, by which the server's log names the connection. */
  int localPort() {
    return socket.getLocalPort();
  }

  /** A connection that has been greeted, with session 1. */
  static RawJms greeted(int port) throws IOException {
    RawJms client = new RawJms(port);
    client.preamble(Preamble.CURRENT);
    client.greet();
    client.send(new OpenSession(2, 1));
    assertThat(client.receive()).isEqualTo(new Done(2));
    return client;
  }

  /** Says hello and is welcomed. */
  void greet() throws IOException {
    send(new Hello(1, "raw", "0", null, null, null, new UUID(0, 0)));
    assertThat(receive()).isInstanceOf(Welcome.class);
  }

  void preamble(Preamble preamble) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Preamble.BYTES);
    preamble.writeTo(bytes);
    sendRaw(bytes.array());
  }

  void sendRaw(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /** Sends a frame's type and fields behind their header. */
  void sendFrame(byte[] body) throws IOException {
    sendRaw(
        ByteBuffer.allocate(FrameEncoder.HEADER_BYTES + body.length)
            .putInt(Integer.BYTES + body.length)
            .putInt(CONVERSATION)
            .put(body)
            .array());
  }

  void send(ClientFrame frame) throws IOException {
    send(CONVERSATION, frame);
  }

  void send(int conversation, ClientFrame frame) throws IOException {
    sendRaw(FrameEncoder.encode(conversation, frame).array());
  }

  /** Cuts the connection without a word, as a machine does that fails. */
  void cut() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** The type and fields of a frame. */
  static byte[] bodyOf(ClientFrame frame) {
    ByteBuffer whole = FrameEncoder.encode(CONVERSATION, frame);
    byte[] body = new byte[whole.remaining() - FrameEncoder.HEADER_BYTES];
    whole.get(FrameEncoder.HEADER_BYTES, body);
    return body;
  }

  /** The next frame; null when the server has closed the connection. */
  @Nullable ServerFrame receive() throws IOException {
    return receive(CONVERSATION);
  }

  /** The next frame, which must be in this conversation. */
  @Nullable ServerFrame receive(int conversation) throws IOException {
    try {
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      ByteBuffer frame = ByteBuffer.wrap(bytes);
      assertThat(FrameDecoder.readConversation(frame)).isIn(conversation, 0);
      return FrameDecoder.decodeFromServer(frame);
    } catch (EOFException | SocketException closed) {
      return null;
    } catch (WireException e) {
      throw new AssertionError(e);
    }
  }

  /** The number of a queue that is created when it is missing. */
  DestinationInfo queue(String name) throws IOException {
    send(new Resolve(3, DestinationKind.QUEUE, name, true, false));
    ServerFrame answer = receive();
    assertThat(answer).isInstanceOf(DestinationInfo.class);
    return (DestinationInfo) answer;
  }

  /** The next frame must be an error, of this code; the connection goes on. */
  void isRefused(int requestId, ErrorCode code) throws IOException {
    ServerFrame answer = receive();
    assertThat(answer)
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.requestId()).isEqualTo(requestId);
              assertThat(failed.code()).as(failed.message()).isEqualTo(code);
              assertThat(failed.message()).isNotBlank();
            });
  }

  /** Reads what comes, if anything does, until the server has closed the connection. */
  void isOver() throws IOException {
    try {
      while (in.read() >= 0) {
        // Whatever it says.
      }
    } catch (SocketException reset) {
      // It closed before it had read all.
    }
  }

  /** The server says that the protocol was broken, and closes the connection. */
  void isEnded() throws IOException {
    boolean told = false;
    for (ServerFrame frame = receive(); frame != null; frame = receive()) {
      told |= frame instanceof Failed failed && failed.code() == ErrorCode.PROTOCOL;
    }
    assertThat(told).as("was told why").isTrue();
  }

  /** Reads what comes until the server closes the connection. */
  void isClosed() throws IOException {
    while (receive() != null) {
      // Answers of what was right come first.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
