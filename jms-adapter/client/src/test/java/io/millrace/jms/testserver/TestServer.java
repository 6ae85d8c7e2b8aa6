package io.millrace.jms.testserver;

import io.millrace.jms.wire.ClientFrame;
import io.millrace.jms.wire.Frame;
import io.millrace.jms.wire.FrameDecoder;
import io.millrace.jms.wire.FrameEncoder;
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
import java.util.List;
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
    for (Peer peer : peers) {
      peer.close();
    }
  }

  /** While false, new connections are closed at once. */
  public void setAccepting(boolean value) {
    accepting = value;
  }

  /** How many connections are open. */
  public int connections() {
    return peers.size();
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
        Peer peer = new Peer(socket);
        peers.add(peer);
        start("peer", peer::run);
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

  /** One client's socket. */
  final class Peer {
    private final Socket socket;
    private final WritableByteChannel out;
    private final Object writing = new Object();
    private UUID key = new UUID(0, 0);
    private final List<Object> numbered = new ArrayList<>();

    Peer(Socket socket) throws IOException {
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
          byte[] body = new byte[FrameDecoder.checkLength(in.readInt(), 64 << 20)];
          in.readFully(body);
          ClientFrame frame = FrameDecoder.decodeFromClient(ByteBuffer.wrap(body));
          broker.onFrame(this, frame);
        }
      } catch (EOFException | SocketException ended) {
        socketEnded();
      } catch (IOException | WireException | RuntimeException failed) {
        failures.add(failed);
        socketEnded();
      }
    }

    private void socketEnded() {
      peers.remove(this);
      broker.onClosed(this);
      close();
    }

    void send(ServerFrame frame) {
      write(frame);
    }

    private void write(Frame frame) {
      ByteBuffer bytes = FrameEncoder.encode(frame);
      try {
        synchronized (writing) {
          while (bytes.hasRemaining()) {
            out.write(bytes);
          }
        }
      } catch (IOException broken) {
        close();
      }
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
      try {
        socket.close();
      } catch (IOException failed) {
        failures.add(failed);
      }
    }
  }
}
