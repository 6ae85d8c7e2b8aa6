package io.millrace.server.tls;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What is counted of TLS. Safe for use from any thread. */
final class TlsMetrics {
  private final Counter handshakes;
  private final Counter handshakesFailed;
  private final Counter reloads;
  private final Counter reloadsFailed;

  TlsMetrics(MeterRegistry registry, TlsCertificates certificates) {
    Gauge.builder("millrace.tls.certificate.expiry", certificates, TlsMetrics::expiry)
        .description("When the certificate in use expires, in seconds since 1970")
        .baseUnit("seconds")
        .register(registry);
    handshakes =
        Counter.builder("millrace.tls.handshakes")
            .description("TLS handshakes that ended well")
            .register(registry);
    handshakesFailed =
        Counter.builder("millrace.tls.handshakes.failed")
            .description("Connections closed because no TLS handshake ended well on them")
            .register(registry);
    reloads =
        Counter.builder("millrace.tls.reloads")
            .description("How often changed certificates were taken into use")
            .register(registry);
    reloadsFailed =
        Counter.builder("millrace.tls.reloads.failed")
            .description("How often changed certificates could not be used")
            .register(registry);
  }

  private static double expiry(TlsCertificates certificates) {
    return certificates.expires().getEpochSecond();
  }

  void handshake() {
    handshakes.increment();
  }

  void handshakeFailed() {
    handshakesFailed.increment();
  }

  void reloaded() {
    reloads.increment();
  }

  void reloadFailed() {
    reloadsFailed.increment();
  }
}
