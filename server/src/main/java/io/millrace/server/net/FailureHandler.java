package io.millrace.server.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where failures arrive that no other handler has seen to: the connection is closed. */
final class FailureHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(FailureHandler.class);

  private final Connection connection;

  FailureHandler(Connection connection) {
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ReferenceCountUtil.release(msg);
    if (ctx.channel().isActive()) {
      connection.refuse("bytes that no handler takes");
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    // no one was interested
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("{} broke: {}", connection, cause.toString());
      var unused = ctx.close();
    } else {
      LOG.warn("{} failed", connection, cause);
      connection.refuse(cause.toString());
    }
  }
}
