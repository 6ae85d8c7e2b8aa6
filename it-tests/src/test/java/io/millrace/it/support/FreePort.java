package io.millrace.it.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A port for programs that cannot choose one themselves and say which. */
public final class FreePort {
  private FreePort() {}

  /** One of loopback that nobody listened on just now. */
  public static int find() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
