package io.millrace.server.campaign;

import io.millrace.server.net.EmbeddedConnection;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/**
 * A client's socket. Bytes are under way for a while, arrive in pieces, and are lost where it
 * breaks; what the server has received of a socket that the client has given up, it still takes for
 * a living client's. One thread.
 */
final class ClientSocket {
  private static final int MOST_LINGERING = 12;

  private final EmbeddedConnection connection;
  private final Random random;
  private final ByteArrayOutputStream toServer = new ByteArrayOutputStream();
  private final ByteArrayOutputStream toClient = new ByteArrayOutputStream();
  private boolean hurries;
  private boolean givenUp;
  private int lingers;

  ClientSocket(EmbeddedConnection connection, Random random) {
    this.connection = connection;
    this.random = random;
  }

  void send(byte[] bytes) {
    toServer.writeBytes(bytes);
  }

  /** What has reached the client since this was asked last. */
  byte[] receive() {
    return some(toClient);
  }

  /** Whether the client has read all that there was before the server closed the socket. */
  boolean isClosed() {
    return !connection.isOpen() && toClient.size() == 0;
  }

  /** The client has lost it, or does not want it any more. The server learns that later. */
  void giveUp() {
    givenUp = true;
    lingers = random.nextInt(MOST_LINGERING);
  }

  /** Whether bytes arrive at once and all together. */
  void setHurries(boolean value) {
    hurries = value;
  }

  /** Whether both ends have all that was sent to them. */
  boolean isQuiet() {
    return givenUp || (toServer.size() == 0 && toClient.size() == 0);
  }

  void work() {
    if (connection.isOpen() && toServer.size() > 0) {
      byte[] arriving = some(toServer);
      if (arriving.length > 0) {
        connection.arrive(arriving);
      }
    }
    connection.work();
    toClient.writeBytes(connection.takeReceived());
    if (givenUp && connection.isOpen() && lingers-- <= 0) {
      connection.hangUp();
    }
  }

  /** Whether neither end knows it any more. */
  boolean isOver() {
    return givenUp && !connection.isOpen();
  }

  /** Its server has died. */
  void reset() {
    if (connection.isOpen()) {
      connection.hangUp();
    }
    toClient.reset();
  }

  /** Takes what has arrived: mostly everything. */
  private byte[] some(ByteArrayOutputStream underWay) {
    byte[] all = underWay.toByteArray();
    int count = !hurries && random.nextInt(4) == 0 ? random.nextInt(all.length + 1) : all.length;
    underWay.reset();
    underWay.write(all, count, all.length - count);
    return Arrays.copyOf(all, count);
  }
}
