package io.millrace.server.tls;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * The certificates in use: those that the files held when they were last good. {@link #refresh} is
 * for one thread; the rest for any.
 */
final class TlsCertificates {
  private final TlsOptions options;

  /** What the files held when they were last read, good or not. */
  private TlsFiles seen;

  private volatile InUse inUse;

  private record InUse(Identity identity, SslContext context) {}

  /**
   * Reads the files.
   *
   * @throws TlsException when they cannot be used
   */
  TlsCertificates(TlsOptions options) throws TlsException {
    this.options = options;
    this.seen = TlsFiles.read(options.paths());
    this.inUse = build(options, seen);
  }

  /**
   * Looks whether the files have changed and uses what they hold for new connections. Blocks.
   *
   * @return whether something has changed
   * @throws TlsException when it cannot be used; what was in use stays
   */
  boolean refresh() throws TlsException {
    TlsFiles found = TlsFiles.read(options.paths());
    if (found.equals(seen)) {
      return false;
    }
    seen = found;
    inUse = build(options, found);
    return true;
  }

  /** For the next connection. */
  SslContext context() {
    return inUse.context();
  }

  /** When the first of the certificates in use expires. */
  Instant expires() {
    return inUse.identity().expires();
  }

  /** For people: what is in use. */
  @Override
  public String toString() {
    return inUse.identity().toString();
  }

  /** Libraries report some kinds of damaged files by exceptions that are not checked. */
  private static InUse build(TlsOptions options, TlsFiles files) throws TlsException {
    try {
      return buildOf(options, files);
    } catch (SSLException | RuntimeException e) {
      throw new TlsException("TLS cannot be set up with the files of tls.*: " + e, e);
    }
  }

  private static InUse buildOf(TlsOptions options, TlsFiles files)
      throws TlsException, SSLException {
    Identity identity = IdentityReader.identity(options.paths(), files);
    SslContextBuilder builder =
        SslContextBuilder.forServer(identity.key(), identity.chain())
            .sslProvider(SslProvider.JDK)
            .protocols(options.protocols())
            .clientAuth(
                switch (options.clientCertificates()) {
                  case NONE -> ClientAuth.NONE;
                  case REQUESTED -> ClientAuth.OPTIONAL;
                  case REQUIRED -> ClientAuth.REQUIRE;
                });
    Optional<Path> trust = options.paths().trust();
    if (trust.isPresent()) {
      builder.trustManager(IdentityReader.certificates(trust.get(), files));
    }
    return new InUse(identity, builder.build());
  }
}
