package io.millrace.server.tls;

import io.millrace.kernel.Timers;
import io.millrace.server.net.Connection;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Sees to the end of a connection's handshake: takes the client's name from its certificate, or
 * closes the connection when the handshake fails or does not end. Also where later failures of TLS
 * arrive. On the event loop.
 */
final class HandshakeWatch extends ChannelInboundHandlerAdapter {
  private final Connection connection;
  private final SSLEngine engine;
  private final PrincipalNames names;
  private final long limitMs;
  private final HandshakeLimit limit;
  private final HandshakeFailures failures;
  private final TlsMetrics metrics;
  private Timers.@Nullable Timer deadline;
  private boolean ended;

  /** The connection is being closed; what comes is dropped. */
  private boolean failed;

  HandshakeWatch(
      Connection connection,
      SSLEngine engine,
      PrincipalNames names,
      long limitMs,
      HandshakeLimit limit,
      HandshakeFailures failures,
      TlsMetrics metrics) {
    this.connection = connection;
    this.engine = engine;
    this.names = names;
    this.limitMs = limitMs;
    this.limit = limit;
    this.failures = failures;
    this.metrics = metrics;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    deadline = connection.timers().after(limitMs, this::timeOut);
  }

  private void timeOut() {
    if (end()) {
      fail("its handshake has not ended within " + limitMs + " ms");
    }
  }

  /** The handshake is over; whether that is new. */
  private boolean end() {
    Timers.Timer set = deadline;
    if (set != null) {
      set.cancel();
    }
    if (ended) {
      return false;
    }
    ended = true;
    limit.end();
    return true;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent completion && end()) {
      if (completion.isSuccess()) {
        identify();
      } else {
        fail(HandshakeFailures.explain(completion.cause()));
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  private void identify() {
    String subject;
    try {
      subject = engine.getSession().getPeerPrincipal().getName();
    } catch (SSLPeerUnverifiedException anonymous) {
      metrics.handshake();
      return;
    }
    Optional<String> name = names.of(subject);
    if (name.isPresent()) {
      metrics.handshake();
      connection.identify(name.get());
    } else {
      fail("no rule of tls.principal-mapping applies to " + subject);
    }
  }

  private void fail(String why) {
    failed = true;
    failures.close(connection, why);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (failed) {
      ReferenceCountUtil.release(msg);
    } else {
      ctx.fireChannelRead(msg);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    boolean ofTls =
        cause instanceof SSLException
            || (cause instanceof DecoderException && cause.getCause() instanceof SSLException);
    if (!ofTls) {
      ctx.fireExceptionCaught(cause);
    } else if (!failed && ctx.channel().isActive()) {
      failed = true;
      connection.refuse("what it sends is no good TLS: " + cause.getMessage());
    }
  }
}
