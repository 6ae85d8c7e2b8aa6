package io.millrace.it.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Lies between clients and a server, and breaks their connections when told to. Any thread. */
public final class CuttingProxy implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int CONNECT_MS = 5_000;

  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile int target;

  /** Listens on a free port; connections lead nowhere until there is a target. */
  public CuttingProxy() throws IOException {
    listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    start("proxy", this::accept);
  }

  /** Where clients connect. */
  public int port() {
    return listening.getLocalPort();
  }

  /** Where the server is. */
  public void leadTo(int port) {
    target = port;
  }

  /** Breaks all connections that there are, in the middle of whatever is on the way. */
  public void cut() {
    open.forEach(CuttingProxy::closeQuietly);
  }

  @Override
  public void close() throws IOException {
    listening.close();
    cut();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        open.add(client);
        start("proxy-up", () -> connect(client));
      } catch (IOException e) {
        // Closed, or the client went away at once.
      }
    }
  }

  private void connect(Socket client) {
    try (client;
        Socket server = new Socket()) {
      open.add(server);
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MS);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      start("proxy-down", () -> pump(server, client));
      pump(client, server);
      open.remove(server);
    } catch (IOException e) {
      // The server is not there: the client learns it from its closed connection.
    } finally {
      open.remove(client);
      closeQuietly(client);
    }
  }

  /** Passes bytes on in one direction; when it ends, so do both. */
  private static void pump(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // Cut.
    }
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is broken, as it should be.
    }
  }
}
