package io.millrace.jms.transport;

import io.millrace.jms.config.ClientOptions;
import io.millrace.jms.config.Option;
import io.millrace.jms.config.ServerAddress;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Makes what encrypts a socket. The files are read for each socket, so that a connection which is
 * opened again uses what they hold then. Any thread but the I/O thread, as it reads files.
 */
final class Tls {
  private static final String HTTPS = "HTTPS";

  private Tls() {}

  /**
   * The handler of a new socket.
   *
   * @throws IOException if a file cannot be used; the message says which option names it
   */
  static SslHandler handler(ClientOptions options, ServerAddress address) throws IOException {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .protocols("TLSv1.3", "TLSv1.2")
            // How a certificate names a host is the same as for HTTPS (RFC 2818, 3.1).
            .endpointIdentificationAlgorithm(options.truth(Option.VERIFY_HOST) ? HTTPS : "");
    trust(builder, options.text(Option.TRUST_FILE));
    identify(
        builder,
        options.text(Option.CERTIFICATE_FILE),
        options.text(Option.KEY_FILE),
        options.text(Option.KEY_PASSWORD));
    SslHandler handler =
        builder.build().newHandler(ByteBufAllocator.DEFAULT, address.host(), address.port());
    handler.setHandshakeTimeoutMillis(0); // who connects waits no longer than it may
    return handler;
  }

  private static void trust(SslContextBuilder builder, String file) throws IOException {
    if (file.isEmpty()) {
      return;
    }
    try {
      builder.trustManager(new File(file));
    } catch (IllegalArgumentException unusable) {
      throw new IOException(
          "option " + Option.TRUST_FILE.key() + ": " + file + " cannot be used: " + root(unusable),
          unusable);
    }
  }

  private static void identify(
      SslContextBuilder builder, String certificate, String key, String password)
      throws IOException {
    if (certificate.isEmpty() && key.isEmpty()) {
      return;
    }
    if (certificate.isEmpty() || key.isEmpty()) {
      throw new IOException(
          "the options certificateFile and keyFile belong together, and one is missing");
    }
    try {
      builder.keyManager(
          new File(certificate), new File(key), password.isEmpty() ? null : password);
    } catch (IllegalArgumentException unusable) {
      throw new IOException(
          "options certificateFile, keyFile, keyPassword: "
              + certificate
              + " with "
              + key
              + " cannot be used: "
              + root(unusable),
          unusable);
    }
  }

  /** Why a handshake failed, for people. */
  static String explain(@Nullable Throwable cause) {
    return cause == null || cause instanceof ClosedChannelException
        ? "the server closed the socket; perhaps it does not speak TLS, or asks for a certificate"
        : root(cause);
  }

  private static String root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
