package io.millrace.server.net;

import io.millrace.kernel.Timers;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.timeout.IdleStateEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over one connection, whatever its protocol: stops reading from a peer that does not take
 * its answers, closes it when it takes none for {@link NetConfig#idleMs}, whatever it goes on to
 * send, closes what is idle, and gives back what the connection held.
 */
final class ConnectionGuard extends ChannelDuplexHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionGuard.class);

  /** How often, in the time that a peer has to take something, is looked whether it has. */
  private static final int LOOKS = 4;

  private final Connection connection;
  private final NetMetrics metrics;
  private Timers.@Nullable Timer look;

  /** The bytes that were next to be taken at the last look, by identity, and how far they were. */
  private @Nullable Object next;

  private long nextTaken;

  /**
   * Written behind {@link #next} when it was seen first. While this is not done, those bytes are
   * there still, and so no others can be in the same buffer.
   */
  private @Nullable ChannelFuture behindNext;

  private int looksInVain;

  ConnectionGuard(Connection connection, NetMetrics metrics) {
    this.connection = connection;
    this.metrics = metrics;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    lookLater(ctx);
  }

  private void lookLater(ChannelHandlerContext ctx) {
    long idleMs = connection.config().idleMs();
    if (idleMs > 0) {
      look = connection.timers().after(Math.max(1, idleMs / LOOKS), () -> look(ctx));
    }
  }

  /** Looks whether the peer has taken any of what waits for it. */
  private void look(ChannelHandlerContext ctx) {
    ChannelOutboundBuffer unsent = ctx.channel().unsafe().outboundBuffer();
    Object first = unsent == null ? null : unsent.current();
    if (unsent == null || first == null) {
      next = null;
      behindNext = null;
      looksInVain = 0;
    } else if (first == next
        && nextTaken == unsent.currentProgress()
        && behindNext != null
        && !behindNext.isDone()) {
      looksInVain++;
      if (looksInVain >= LOOKS) {
        refuseSlowReader(unsent);
        return;
      }
    } else {
      next = first;
      nextTaken = unsent.currentProgress();
      looksInVain = 0;
      if (behindNext == null || behindNext.isDone()) {
        behindNext = ctx.writeAndFlush(Unpooled.EMPTY_BUFFER);
      }
    }
    lookLater(ctx);
  }

  private void refuseSlowReader(ChannelOutboundBuffer unsent) {
    if (connection.channel().isActive()) {
      connection.refuse(
          "it has taken none of its answers for "
              + connection.config().idleMs()
              + " ms; "
              + unsent.totalPendingWriteBytes()
              + " bytes of them wait");
    }
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
      onIdle(ctx);
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  private void onIdle(ChannelHandlerContext ctx) {
    ChannelOutboundBuffer unsent = ctx.channel().unsafe().outboundBuffer();
    if (unsent != null && !unsent.isEmpty()) {
      refuseSlowReader(unsent);
    } else if (connection.flow().waitsForPeer() && ctx.channel().isActive()) {
      metrics.idle();
      LOG.info("closing {}: idle for {} ms", connection, connection.config().idleMs());
      var unused = ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    metrics.closed();
    if (look != null) {
      look.cancel();
    }
    ctx.fireChannelInactive();
    connection.flow().close();
  }
}
