package io.millrace.jms.config;

import java.io.Serializable;

/**
 * Where a server listens.
 *
 * @param host name or address, an IPv6 address without brackets
 * @param port 1..65535
 */
public record ServerAddress(String host, int port) implements Serializable {
  /** The port where an address names none. */
  public static final int DEFAULT_PORT = 9092;

  private static final int MAX_PORT = 65_535;

  /**
   * Reads {@code host}, {@code host:port} or {@code [IPv6]:port}.
   *
   * @throws IllegalArgumentException if the text is none of these
   */
  public static ServerAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    boolean bracketed = text.startsWith("[");
    int bracket = text.indexOf(']');
    if ((bracketed && bracket < 0) || (!bracketed && colon != text.indexOf(':'))) {
      throw new IllegalArgumentException("'" + text + "' is not host:port");
    }
    boolean hasPort = bracketed ? colon > bracket : colon >= 0;
    String host = hasPort ? text.substring(0, colon) : text;
    if (bracketed) {
      host = text.substring(1, bracket);
    }
    if (host.isEmpty() || (bracketed && !hasPort && bracket != text.length() - 1)) {
      throw new IllegalArgumentException("'" + text + "' is not host:port");
    }
    return new ServerAddress(host, hasPort ? port(text.substring(colon + 1)) : DEFAULT_PORT);
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 1 && port <= MAX_PORT) {
        return port;
      }
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException("'" + text + "' is not a port", notANumber);
    }
    throw new IllegalArgumentException("port " + text + " is not in 1.." + MAX_PORT);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
