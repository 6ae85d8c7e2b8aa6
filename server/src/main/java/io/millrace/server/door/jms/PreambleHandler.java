package io.millrace.server.door.jms;

import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Failed;
import io.millrace.jms.wire.FrameEncoder;
import io.millrace.jms.wire.Preamble;
import io.millrace.jms.wire.WireException;
import io.millrace.server.net.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;

/** Reads the eight bytes before the first frame, agrees on a version, and goes away. */
final class PreambleHandler extends ChannelInboundHandlerAdapter {
  private final Connection connection;
  private final IntConsumer onVersion;
  private final ByteBuffer preamble = ByteBuffer.allocate(Preamble.BYTES);
  private boolean refused;

  PreambleHandler(Connection connection, IntConsumer onVersion) {
    this.connection = connection;
    this.onVersion = onVersion;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf bytes = (ByteBuf) msg;
    while (preamble.hasRemaining() && bytes.isReadable()) {
      preamble.put(bytes.readByte());
    }
    if (preamble.hasRemaining() || refused) {
      bytes.release();
      return;
    }
    try {
      onVersion.accept(Preamble.readFrom(preamble.flip()).negotiate());
    } catch (WireException e) {
      bytes.release();
      refuse(ctx, e);
      return;
    }
    if (bytes.isReadable()) {
      ctx.fireChannelRead(bytes);
    } else {
      bytes.release();
    }
    ctx.pipeline().remove(this);
  }

  private void refuse(ChannelHandlerContext ctx, WireException why) {
    refused = true;
    ByteBuffer words =
        FrameEncoder.encode(0, new Failed(0, ErrorCode.PROTOCOL, WireErrors.messageOf(why)));
    var unused =
        ctx.writeAndFlush(Unpooled.wrappedBuffer(words))
            .addListener(ChannelFutureListener.CLOSE)
            .addListener(done -> connection.refuse(WireErrors.messageOf(why)));
  }
}
