package io.millrace.server.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.server.net.Connection;
import io.millrace.server.net.DoorProtocol;
import io.millrace.server.net.FrameDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** Claims every connection and answers each frame with the client's name and the frame. */
final class NamingDoor implements DoorProtocol {
  private final AtomicInteger opened = new AtomicInteger();

  /** How many connections have come through. */
  int opened() {
    return opened.get();
  }

  @Override
  public String name() {
    return "naming";
  }

  @Override
  public Claim claim(ByteBuf firstBytes) {
    return Claim.MINE;
  }

  @Override
  public void open(Connection connection) {
    opened.incrementAndGet();
    connection.addHandler("frames", new FrameDecoder(connection));
    connection.addHandler(
        "naming",
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelRead(ChannelHandlerContext ctx, Object msg) {
            answer(ctx, connection, (ByteBuffer) msg);
          }
        });
  }

  private static void answer(ChannelHandlerContext ctx, Connection connection, ByteBuffer frame) {
    int size = frame.remaining();
    byte[] name = (connection.principal().orElse("nobody") + ": ").getBytes(US_ASCII);
    ByteBuf answer = Unpooled.buffer();
    answer.writeInt(name.length + size).writeBytes(name).writeBytes(frame);
    ctx.writeAndFlush(answer).addListener(done -> connection.flow().requestEnded(size));
  }
}
