package io.millrace.jms.transport;

import io.millrace.jms.wire.ServerFrame;

/** Receives what happens on a socket, on the I/O thread, which must not be blocked. */
public interface TransportListener {
  /** A frame arrived. Its byte fields stay valid. */
  void onFrame(ServerFrame frame);

  /** The socket is closed; called once, as the last event, also when this side closed it. */
  void onClosed(Throwable cause);
}
