package io.millrace.server.net;

import static java.nio.charset.StandardCharsets.US_ASCII;

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

  /** A record of the type "handshake", and the major version that every TLS has. */
  private static final int TLS_HANDSHAKE = 0x1603;

  private static final List<String> HTTP_METHODS =
      List.of("GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "OPTIONS ", "PATCH ", "CONNECT ");

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
      connection.refuse(guess(in));
      in.skipBytes(in.readableBytes());
    }
  }

  /** What the bytes may be, for who has taken the wrong port or the wrong settings. */
  private static String guess(ByteBuf in) {
    int shown = Math.min(SHOWN_BYTES, in.readableBytes());
    String hex = ByteBufUtil.hexDump(in, in.readerIndex(), shown);
    if (shown >= 2 && in.getUnsignedShort(in.readerIndex()) == TLS_HANDSHAKE) {
      return "this is TLS, which this port does not speak (tls.mode): it begins with " + hex;
    }
    String text = in.toString(in.readerIndex(), shown, US_ASCII);
    if (HTTP_METHODS.stream().anyMatch(text::startsWith)) {
      return "this is HTTP, which another port speaks (admin.port): it begins with " + hex;
    }
    return "no protocol begins with " + hex;
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
