package io.millrace.server.tls;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.kernel.Agents;
import io.millrace.server.net.Connection;
import io.millrace.server.net.RegionCutter;
import io.millrace.server.net.TransportSecurity;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.Executor;

/**
 * TLS on a port. {@link #close} is the owner's; the rest is for the event loops.
 *
 * <p>A connection's handlers, in the order in which received bytes pass them:
 *
 * <ol>
 *   <li>{@value #GATE}: until the first bytes have told whether this is TLS, then gone
 *   <li>{@value #TLS}: from here on bytes are plain; not there on a plain connection, nor are the
 *       next two
 *   <li>{@value #HANDSHAKE}: what becomes of the handshake
 *   <li>{@value #REGIONS}: bytes of logs, which the kernel cannot encrypt, as buffers
 * </ol>
 */
public final class TlsSecurity implements TransportSecurity, AutoCloseable {
  private static final String GATE = "tls-gate";
  private static final String TLS = "tls";
  private static final String HANDSHAKE = "tls-handshake";
  private static final String REGIONS = "tls-regions";

  private final TlsOptions options;
  private final TlsCertificates certificates;
  private final PrincipalNames names;
  private final TlsMetrics metrics;
  private final HandshakeFailures failures;
  private final HandshakeLimit limit;

  /**
   * The arithmetic of handshakes takes milliseconds, for which no event loop should stand still.
   */
  private final Executor arithmetic;

  private final Agents.Handle watch;

  /**
   * Reads certificates and keys and begins to watch their files.
   *
   * @throws TlsException when they cannot be used
   */
  public TlsSecurity(TlsOptions options, MeterRegistry registry, Agents agents)
      throws TlsException {
    this.options = options;
    this.names = new PrincipalNames(options.principalRules());
    this.certificates = new TlsCertificates(options);
    this.metrics = new TlsMetrics(registry, certificates);
    this.limit = new HandshakeLimit(options.maxHandshakes());
    this.failures = new HandshakeFailures(metrics, agents.clock());
    this.arithmetic =
        agents.blocking(
            "millrace-tls", Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    this.watch =
        agents.start(
            new CertificateWatch(certificates, metrics, agents.clock(), options.reloadMs()));
  }

  @Override
  public void install(Connection connection) {
    connection
        .channel()
        .pipeline()
        .addLast(
            GATE,
            new TlsGate(
                connection, options.allowsPlain(), failures, ctx -> begin(connection, ctx)));
  }

  /**
   * A connection begins with TLS, which takes the place of its gate, or the connection is closed.
   */
  private boolean begin(Connection connection, ChannelHandlerContext gate) {
    if (!limit.begin()) {
      failures.close(connection, limit.most() + " handshakes are under way already");
      return false;
    }
    SslHandler tls = certificates.context().newHandler(gate.alloc(), arithmetic);
    tls.setHandshakeTimeoutMillis(0); // the next handler's clock runs
    ChannelPipeline pipeline = gate.pipeline();
    pipeline.addAfter(GATE, TLS, tls);
    pipeline.addAfter(
        TLS,
        HANDSHAKE,
        new HandshakeWatch(
            connection, tls.engine(), names, options.handshakeMs(), limit, failures, metrics));
    pipeline.addAfter(HANDSHAKE, REGIONS, new RegionCutter());
    pipeline.remove(GATE);
    return true;
  }

  /** Watches the files no longer. */
  @Override
  public void close() {
    watch.close();
  }
}
