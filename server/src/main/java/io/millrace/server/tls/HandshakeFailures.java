package io.millrace.server.tls;

import io.millrace.kernel.Clock;
import io.millrace.server.net.Connection;
import io.millrace.server.net.Refusals;
import java.nio.channels.ClosedChannelException;

/**
 * Where connections end on which no handshake ended well. All are counted; the log names one in ten
 * seconds, since clients that are not let in try again for ever. Any thread.
 */
final class HandshakeFailures {
  private static final String REQUEST = "a TLS connection";

  private final Refusals refusals;
  private final TlsMetrics metrics;

  HandshakeFailures(TlsMetrics metrics, Clock clock) {
    this.metrics = metrics;
    this.refusals = new Refusals(clock);
  }

  /** Ends a connection. */
  void close(Connection connection, String why) {
    metrics.handshakeFailed();
    refusals.add(connection, REQUEST, why, null);
    connection.refuseUnlogged();
  }

  /** What a handshake has met, in words that tell an operator which side to look at. */
  static String explain(Throwable cause) {
    if (cause instanceof ClosedChannelException) {
      return "it closed the connection before the handshake had ended, perhaps because it does not"
          + " trust this server's certificate";
    }
    String message = String.valueOf(cause.getMessage());
    if (message.contains("Received fatal alert: ")) {
      return message.contains("certificate_unknown")
              || message.contains("unknown_ca")
              || message.contains("bad_certificate")
          ? "it does not accept this server's certificate (" + message + ")"
          : "it has broken the handshake off (" + message + ")";
    }
    if (message.contains("Empty client certificate chain")) {
      return "it shows no certificate, which tls.client-auth asks for";
    }
    if (message.contains("PKIX path")) {
      return "its certificate is not accepted with tls.trust-file (" + message + ")";
    }
    return message;
  }
}
