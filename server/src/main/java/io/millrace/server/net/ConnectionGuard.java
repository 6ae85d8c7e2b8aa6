package io.millrace.server.net;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.timeout.IdleStateEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over one connection, whatever its protocol: stops reading from a peer that does not take
 * its answers, closes what is idle, and gives back what the connection held.
 */
final class ConnectionGuard extends ChannelDuplexHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionGuard.class);

  private final Connection connection;
  private final NetMetrics metrics;

  ConnectionGuard(Connection connection, NetMetrics metrics) {
    this.connection = connection;
    this.metrics = metrics;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      connection.flow().resume(FlowControl.Reason.SLOW_READER);
    } else {
      connection.flow().pause(FlowControl.Reason.SLOW_READER);
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof IdleStateEvent) {
      if (connection.flow().waitsForPeer() || hasUnsentBytes(ctx)) {
        LOG.debug("closing idle {}", connection);
        var unused = ctx.close();
      }
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  /** After an idle time: bytes that the peer has not taken at all during it. */
  private static boolean hasUnsentBytes(ChannelHandlerContext ctx) {
    ChannelOutboundBuffer unsent = ctx.channel().unsafe().outboundBuffer();
    return unsent != null && !unsent.isEmpty();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    metrics.closed();
    ctx.fireChannelInactive();
    connection.flow().close();
  }
}
