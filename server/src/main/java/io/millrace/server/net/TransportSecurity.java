package io.millrace.server.net;

/** What lies between the socket and the protocols: nothing, or TLS. Any thread. */
public interface TransportSecurity {

  /** Plain bytes. */
  TransportSecurity NONE = connection -> {};

  /**
   * Adds its handlers to the beginning of a new connection's pipeline, which has no others yet. On
   * the connection's event loop. What it finds out about the peer it tells the connection ({@link
   * Connection#identify}).
   */
  void install(Connection connection);
}
