package io.millrace.server.boot;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.kernel.Agents;
import io.millrace.server.config.ConfigException;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.config.TlsConfig;
import io.millrace.server.net.TransportSecurity;
import io.millrace.server.tls.TlsException;
import io.millrace.server.tls.TlsOptions;
import io.millrace.server.tls.TlsOptions.ClientCertificates;
import io.millrace.server.tls.TlsPaths;
import io.millrace.server.tls.TlsSecurity;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Optional;

/** Wires what lies between the port of Kafka and JMS clients and their protocols. */
final class TlsWiring {
  /** Handshakes may take this part of the heap together. */
  private static final int HANDSHAKES_SHARE = 8;

  /** What one takes at most: the engine, a message of 32 KiB and what follows it. */
  private static final int HANDSHAKE_BYTES = 64 << 10;

  private static final int MIN_HANDSHAKES = 64;

  /**
   * Nothing, or TLS.
   *
   * @throws ConfigException when certificate or key cannot be used
   */
  @Produces
  @Singleton
  TransportSecurity security(
      ServerConfig config, MeterRegistry meters, Agents agents, Lifecycle lifecycle) {
    if (config.tls().mode() == TlsConfig.Mode.OFF) {
      return TransportSecurity.NONE;
    }
    try {
      TlsSecurity tls = new TlsSecurity(options(config.tls()), meters, agents);
      lifecycle.began("certificates", tls);
      return tls;
    } catch (TlsException e) {
      throw new ConfigException(String.valueOf(e.getMessage()));
    }
  }

  private static TlsOptions options(TlsConfig tls) {
    return new TlsOptions(
        tls.mode() == TlsConfig.Mode.OPTIONAL,
        new TlsPaths(
            path(tls.certificateFile()),
            path(tls.keyFile()),
            path(tls.keystoreFile()),
            path(tls.passwordFile()),
            path(tls.trustFile())),
        switch (tls.clientAuth()) {
          case NONE -> ClientCertificates.NONE;
          case REQUESTED -> ClientCertificates.REQUESTED;
          case REQUIRED -> ClientCertificates.REQUIRED;
        },
        tls.protocolNames(),
        tls.principalMapping(),
        maxHandshakes(),
        tls.handshakeMs(),
        tls.reloadMs());
  }

  private static int maxHandshakes() {
    long memory = Runtime.getRuntime().maxMemory() / HANDSHAKES_SHARE;
    return (int) Math.max(MIN_HANDSHAKES, memory / HANDSHAKE_BYTES);
  }

  private static Optional<Path> path(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
  }
}
