package io.millrace.server.tls;

import io.millrace.kernel.Agent;
import io.millrace.kernel.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the files of the certificates now and then, so that new ones are used without a restart.
 * What cannot be used is reported once. Reads files, and so needs a thread of its own.
 */
final class CertificateWatch implements Agent {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);

  /** An operator should have heard of it by then. */
  private static final long WARN_DAYS = 14;

  private final TlsCertificates certificates;
  private final TlsMetrics metrics;
  private final Clock clock;
  private final long periodNs;
  private long nextNs;
  private long nextWarningNs;
  private String fault = "";

  /** Says what is in use, and begins to look one period later. */
  CertificateWatch(TlsCertificates certificates, TlsMetrics metrics, Clock clock, long periodMs) {
    this.certificates = certificates;
    this.metrics = metrics;
    this.clock = clock;
    this.periodNs = TimeUnit.MILLISECONDS.toNanos(periodMs);
    this.nextNs = clock.nanoTime() + periodNs;
    this.nextWarningNs = clock.nanoTime();
    LOG.info("TLS uses {}", certificates);
    warnOfExpiry();
  }

  @Override
  public String name() {
    return "certificates";
  }

  @Override
  public long nextDeadlineNs() {
    return nextNs;
  }

  @Override
  public int doWork() {
    long now = clock.nanoTime();
    if (now - nextNs < 0) {
      return 0;
    }
    nextNs = now + periodNs;
    look();
    warnOfExpiry();
    return 1;
  }

  private void look() {
    try {
      if (certificates.refresh()) {
        metrics.reloaded();
        nextWarningNs = clock.nanoTime();
        LOG.info("TLS now uses {}", certificates);
        fault = "";
      }
    } catch (TlsException e) {
      String found = String.valueOf(e.getMessage());
      if (!found.equals(fault)) {
        fault = found;
        metrics.reloadFailed();
        LOG.warn("TLS goes on with {}: {}", certificates, found);
      }
    }
  }

  /** Once a day at most. */
  private void warnOfExpiry() {
    if (clock.nanoTime() - nextWarningNs < 0) {
      return;
    }
    nextWarningNs = clock.nanoTime() + TimeUnit.DAYS.toNanos(1);
    Instant now = Instant.ofEpochMilli(clock.wallMs());
    if (certificates.expires().isBefore(now)) {
      LOG.warn("TLS uses {}, which has expired: clients will not accept it", certificates);
    } else if (certificates
        .expires()
        .isBefore(now.plusSeconds(TimeUnit.DAYS.toSeconds(WARN_DAYS)))) {
      LOG.warn("TLS uses {}, which expires soon", certificates);
    }
  }
}
