package io.millrace.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.stream.ChunkedInput;
import io.netty.handler.stream.ChunkedWriteHandler;
import java.io.IOException;

/**
 * Cuts bytes of a log into buffers, for a connection whose bytes are changed on their way, so that
 * the kernel cannot move them. Each is read when the peer has taken enough of what came before, so
 * that an answer of any size takes little memory. Stands before what changes the bytes.
 */
public final class RegionCutter extends ChunkedWriteHandler {
  private static final int PIECE_BYTES = 64 << 10;

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise)
      throws Exception {
    if (msg instanceof LogSliceRegion region) {
      // Without a part of an answer nothing that follows makes sense.
      super.write(
          ctx,
          new Pieces(region),
          promise.unvoid().addListener(ChannelFutureListener.CLOSE_ON_FAILURE));
    } else {
      super.write(ctx, msg, promise);
    }
  }

  /** A region, piece by piece. */
  private static final class Pieces implements ChunkedInput<ByteBuf> {
    private final LogSliceRegion region;
    private int position;
    private boolean closed;

    Pieces(LogSliceRegion region) {
      this.region = region;
    }

    @Override
    public boolean isEndOfInput() {
      return position == region.count();
    }

    @Override
    @Deprecated
    public ByteBuf readChunk(ChannelHandlerContext ctx) throws IOException {
      return next(ctx.alloc());
    }

    @Override
    public ByteBuf readChunk(ByteBufAllocator allocator) throws IOException {
      return next(allocator);
    }

    private ByteBuf next(ByteBufAllocator allocator) throws IOException {
      int most = (int) Math.min(PIECE_BYTES, region.count() - position);
      ByteBuf piece = allocator.ioBuffer(most, most);
      try {
        position += region.read(position, most, piece);
        return piece.retain();
      } finally {
        piece.release();
      }
    }

    @Override
    public long length() {
      return region.count();
    }

    @Override
    public long progress() {
      return position;
    }

    @Override
    public void close() {
      // Called again for each piece that was under way when the connection broke.
      if (!closed) {
        closed = true;
        region.release();
      }
    }
  }
}
