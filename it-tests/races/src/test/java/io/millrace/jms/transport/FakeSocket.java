package io.millrace.jms.transport;

import io.millrace.races.FakeChannel;

/** A {@link SharedSocket} on a channel that sends nothing. */
final class FakeSocket {
  private final FakeChannel channel = new FakeChannel(this::onClosed);
  private final SharedSocket socket;

  FakeSocket(int most) {
    socket = new SharedSocket(channel.channel(), most);
  }

  private void onClosed() {
    socket.onClosed();
  }

  SharedSocket socket() {
    return socket;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /** The far end closes the socket, or this one does. The I/O thread will say so. */
  void close() {
    channel.close();
  }

  /** Does what waits for the I/O thread. */
  void io() {
    channel.runTasks();
  }
}
