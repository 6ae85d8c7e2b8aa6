package io.millrace.jms.testserver;

import io.millrace.jms.wire.ClientFrame;
import io.millrace.jms.wire.Frame;
import io.millrace.jms.wire.FrameDecoder;
import io.millrace.jms.wire.FrameEncoder;
import io.millrace.jms.wire.Hello;
import io.millrace.jms.wire.Leave;
import io.millrace.jms.wire.Preamble;
import io.millrace.jms.wire.ServerFrame;
import io.millrace.jms.wire.WireException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The server's end of the wire for tests of the client: real sockets and frames, messages in
 * memory. It can break connections and refuse what comes, as a test says, which a real server does
 * not do on demand.
 */
public final class TestServer implements AutoCloseable {
  private final ServerSocket listener;
  private final MemoryBroker broker = new MemoryBroker();
  private final List<Line> lines = new CopyOnWriteArrayList<>();
  private final List<Peer> peers = new CopyOnWriteArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private volatile boolean accepting = true;

  public TestServer() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start("accept", this::accept);
  }

  public String uri() {
    return "millrace://127.0.0.1:" + listener.getLocalPort();
  }

  public MemoryBroker broker() {
    return broker;
  }

  /** Breaks every connection, as a network does. */
  public void breakConnections() {
    lines.forEach(Line::close);
  }

  /** While false, new connections are closed at once. */
  public void setAccepting(boolean value) {
    accepting = value;
  }

  /** How many connections are open. */
  public int connections() {
    return peers.size();
  }

  /** How many sockets are open. */
  public int sockets() {
    return lines.size();
  }

  /** What went wrong on the server's side, which a test expects to be nothing. */
  public List<Throwable> failures() {
    return failures;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        if (!accepting) {
          socket.close();
          continue;
        }
        Line line = new Line(socket);
        lines.add(line);
        start("line", line::run);
      } catch (SocketException closed) {
        return;
      } catch (IOException failed) {
        failures.add(failed);
      }
    }
  }

  private static void start(String name, Runnable body) {
    Thread thread = new Thread(body, "test-server-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    breakConnections();
  }

  /** A socket with the conversations on it. */
  private final class Line {
    private final Socket socket;
    private final WritableByteChannel out;
    private final Map<Integer, Peer> conversations = new HashMap<>();

    Line(Socket socket) throws IOException {
      this.socket = socket;
      this.out = Channels.newChannel(socket.getOutputStream());
      socket.setTcpNoDelay(true);
    }

    void run() {
      try {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] preamble = new byte[Preamble.BYTES];
        in.readFully(preamble);
        Preamble.readFrom(ByteBuffer.wrap(preamble)).negotiate();
        while (true) {
          byte[] bytes = new byte[FrameDecoder.checkLength(in.readInt(), 64 << 20)];
          in.readFully(bytes);
          ByteBuffer body = ByteBuffer.wrap(bytes);
          int number = FrameDecoder.readConversation(body);
          take(number, FrameDecoder.decodeFromClient(body));
        }
      } catch (EOFException | SocketException ended) {
        ended();
      } catch (IOException | WireException | RuntimeException failed) {
        failures.add(failed);
        ended();
      }
    }

    private void take(int number, ClientFrame frame) throws WireException {
      Peer peer = conversations.get(number);
      if (frame instanceof Leave) {
        conversations.remove(number);
        if (peer != null) {
          peer.ended();
        }
        return;
      }
      if (peer == null && frame instanceof Hello) {
        peer = new Peer(this, number);
        conversations.put(number, peer);
        peers.add(peer);
      }
      if (peer == null) {
        throw new WireException(frame.type() + " in conversation " + number + " without HELLO");
      }
      broker.onFrame(peer, frame);
    }

    private void ended() {
      lines.remove(this);
      conversations.values().forEach(Peer::ended);
      close();
    }

    private synchronized void write(int number, Frame frame) {
      ByteBuffer bytes = FrameEncoder.encode(number, frame);
      try {
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
      } catch (IOException broken) {
        close();
      }
    }

    void close() {
      try {
        socket.close();
      } catch (IOException failed) {
        failures.add(failed);
      }
    }
  }

  /** One client's conversation. */
  final class Peer {
    private final Line line;
    private final int number;
    private UUID key = new UUID(0, 0);
    private final List<Object> numbered = new ArrayList<>();

    Peer(Line line, int number) {
      this.line = line;
      this.number = number;
    }

    private void ended() {
      peers.remove(this);
      broker.onClosed(this);
    }

    void send(ServerFrame frame) {
      line.write(number, frame);
    }

    UUID key() {
      return key;
    }

    void setKey(UUID value) {
      key = value;
    }

    List<Object> numbered() {
      return numbered;
    }

    void close() {
      line.close();
    }
  }
}
