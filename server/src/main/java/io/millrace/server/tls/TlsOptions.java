package io.millrace.server.tls;

import java.util.List;

/**
 * How the port speaks TLS. Immutable.
 *
 * @param allowsPlain whether a connection that does not begin with TLS is served all the same
 * @param paths where certificates and keys lie
 * @param clientCertificates whether clients show certificates
 * @param protocols versions, as the JDK names them; at least one
 * @param principalRules how a certificate's subject becomes a name, in Kafka's notation
 * @param maxHandshakes that may be under way; further connections are closed
 * @param handshakeMs how long a handshake may take, in milliseconds
 * @param reloadMs how often the files are looked at, in milliseconds
 */
public record TlsOptions(
    boolean allowsPlain,
    TlsPaths paths,
    ClientCertificates clientCertificates,
    List<String> protocols,
    String principalRules,
    int maxHandshakes,
    long handshakeMs,
    long reloadMs) {

  /** What clients show. */
  public enum ClientCertificates {
    /** Nothing. */
    NONE,
    /** A certificate, if they have one. */
    REQUESTED,
    /** A certificate, or they are not served. */
    REQUIRED
  }

  public TlsOptions {
    protocols = List.copyOf(protocols);
    if (protocols.isEmpty() || maxHandshakes <= 0 || handshakeMs <= 0 || reloadMs <= 0) {
      throw new IllegalArgumentException("protocols, limits and times must be given");
    }
    if (clientCertificates != ClientCertificates.NONE && paths.trust().isEmpty()) {
      throw new IllegalArgumentException("nobody is trusted to sign clients' certificates");
    }
  }
}
