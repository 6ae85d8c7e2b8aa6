package io.millrace.jms.transport;

import io.millrace.jms.wire.FrameDecoder;
import io.millrace.jms.wire.FrameEncoder;
import io.millrace.jms.wire.WireException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Collects each frame in heap memory of its own, so that messages may keep slices of it, and hands
 * it on. I/O thread only.
 *
 * <p>Memory for a frame grows with the bytes that have really arrived, not with what its length
 * field says.
 */
final class FrameReader extends ChannelInboundHandlerAdapter {
  private static final int TRUSTED_BYTES = 1 << 20;

  private final ByteBuffer length = ByteBuffer.allocate(FrameEncoder.LENGTH_BYTES);
  private @Nullable ByteBuffer body;
  private int bodyBytes;
  private @Nullable SharedSocket socket;

  /** From now on what comes belongs to this socket. Nothing comes before its preamble has left. */
  void open(SharedSocket opened, boolean isActive) {
    socket = opened;
    opened.onOpen();
    if (!isActive) {
      opened.onClosed();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws WireException {
    ByteBuf bytes = (ByteBuf) message;
    try {
      SharedSocket target = Objects.requireNonNull(socket);
      target.onBytes();
      while (bytes.isReadable()) {
        read(target, bytes);
      }
    } finally {
      bytes.release();
    }
  }

  private void read(SharedSocket shared, ByteBuf bytes) throws WireException {
    ByteBuffer target = body;
    if (target == null) {
      fill(length, bytes, FrameEncoder.LENGTH_BYTES);
      if (length.hasRemaining()) {
        return;
      }
      bodyBytes = FrameDecoder.checkLength(length.getInt(0), shared.maxFrameBytes());
      length.clear();
      body = ByteBuffer.allocate(Math.min(bodyBytes, TRUSTED_BYTES));
      return;
    }
    if (!target.hasRemaining()) {
      int capacity = (int) Math.min(bodyBytes, 2L * target.capacity());
      target = ByteBuffer.allocate(capacity).put(target.flip());
      body = target;
    }
    fill(target, bytes, target.remaining());
    if (target.position() == bodyBytes) {
      body = null;
      shared.onFrame(target.flip());
    }
  }

  private static void fill(ByteBuffer target, ByteBuf source, int most) {
    int count = Math.min(Math.min(target.remaining(), source.readableBytes()), most);
    int limit = target.limit();
    target.limit(target.position() + count);
    source.readBytes(target);
    target.limit(limit);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (socket != null) {
      socket.onWritabilityChanged();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (socket != null) {
      socket.onClosed();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (socket != null) {
      socket.close(cause);
    }
  }
}
