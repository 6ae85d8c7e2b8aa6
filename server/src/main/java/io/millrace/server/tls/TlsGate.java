package io.millrace.server.tls;

import io.millrace.server.net.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.function.Predicate;

/**
 * Looks at the first bytes of a connection and steps aside: TLS begins, or plain bytes pass on, or
 * plain bytes are refused. How long the first bytes may take the port's own detector sees to.
 */
final class TlsGate extends ByteToMessageDecoder {
  private static final int SHOWN_BYTES = 16;

  /** A record of the type "handshake", and the major version that every TLS has. */
  private static final int TLS_HANDSHAKE = 0x1603;

  private final Connection connection;
  private final boolean allowsPlain;
  private final HandshakeFailures failures;
  private final Predicate<ChannelHandlerContext> begin;

  /**
   * @param begin adds the handlers of TLS behind this one, and removes this one, which passes on
   *     what it has received; or closes the connection and is false
   */
  TlsGate(
      Connection connection,
      boolean allowsPlain,
      HandshakeFailures failures,
      Predicate<ChannelHandlerContext> begin) {
    this.connection = connection;
    this.allowsPlain = allowsPlain;
    this.failures = failures;
    this.begin = begin;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (in.readableBytes() < Short.BYTES) {
      return;
    }
    if (in.getUnsignedShort(in.readerIndex()) == TLS_HANDSHAKE) {
      if (!begin.test(ctx)) {
        in.skipBytes(in.readableBytes());
      }
    } else if (allowsPlain) {
      ctx.pipeline().remove(this);
    } else {
      int shown = Math.min(SHOWN_BYTES, in.readableBytes());
      failures.close(
          connection,
          "it does not speak TLS, which tls.mode = required asks for; it begins with "
              + ByteBufUtil.hexDump(in, in.readerIndex(), shown));
      in.skipBytes(in.readableBytes());
    }
  }
}
