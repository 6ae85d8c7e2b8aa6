package io.millrace.server.net;

import io.millrace.kernel.Timers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the first bytes of a connection, finds the door that they belong to, and steps aside.
 * What no door claims is closed, and so is a connection that says nothing.
 */
final class ProtocolDetector extends ByteToMessageDecoder {
  private static final int SHOWN_BYTES = 16;

  private final Connection connection;
  private final List<DoorProtocol> doors;
  private Timers.@Nullable Timer deadline;

  ProtocolDetector(Connection connection, List<DoorProtocol> doors) {
    this.connection = connection;
    this.doors = doors;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    deadline = connection.timers().after(connection.config().firstBytesMs(), () -> timeOut(ctx));
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    boolean undecided = false;
    for (DoorProtocol door : doors) {
      switch (door.claim(in)) {
        case MINE -> {
          connection.opened(door);
          door.open(connection);
          cancel();
          // Bytes that are buffered here are passed on by the removal.
          ctx.pipeline().remove(this);
          return;
        }
        case NEED_MORE -> undecided = true;
        case NOT_MINE -> {}
      }
    }
    if (!undecided) {
      int shown = Math.min(SHOWN_BYTES, in.readableBytes());
      connection.refuse(
          "no protocol begins with " + ByteBufUtil.hexDump(in, in.readerIndex(), shown));
      in.skipBytes(in.readableBytes());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    cancel();
    super.channelInactive(ctx);
  }

  private void cancel() {
    Timers.Timer set = deadline;
    if (set != null) {
      set.cancel();
    }
  }

  private void timeOut(ChannelHandlerContext ctx) {
    if (!ctx.isRemoved() && ctx.channel().isActive()) {
      connection.refuse("nothing that tells its protocol was received in time");
    }
  }
}
