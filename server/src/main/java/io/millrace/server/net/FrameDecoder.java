package io.millrace.server.net;

import io.millrace.kernel.Timers;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the stream into frames: a size of four bytes, big-endian, then as many bytes. Both of this
 * server's protocols do so.
 *
 * <p>A frame is handed on as a {@link ByteBuffer} on the heap that belongs to the receiver, without
 * its size. Each byte is copied once, from the socket's buffer into a frame of exactly its size.
 * The receiver calls {@link FlowControl#requestEnded} with the frame's size when it is done.
 *
 * <p>The size is checked before memory is taken for it; large frames take memory as their bytes
 * arrive, so that announcing much and sending little costs little. While the connection is paused
 * no frame is handed on.
 *
 * <p>A frame that has begun must go on: within each {@link NetConfig#firstBytesMs} in which the
 * connection is read from, it has to end, or to bring {@value #MIN_PROGRESS_BYTES} bytes. So a slow
 * line may take its time for a large frame, and a byte now and then keeps nothing open.
 */
public final class FrameDecoder extends ChannelInboundHandlerAdapter {
  private static final int SIZE_BYTES = 4;
  private static final int FIRST_CHUNK_BYTES = 1 << 20;
  private static final int MIN_PROGRESS_BYTES = 256 << 10;

  private final Connection connection;
  private final FlowControl flow;
  private final int maxFirstBytes;
  private final Consumer<String> refusal;
  private final Deque<ByteBuf> input = new ArrayDeque<>();
  private final ByteBuffer sizeField = ByteBuffer.allocate(SIZE_BYTES);
  private @Nullable ChannelHandlerContext context;
  private @Nullable ByteBuffer frame;
  private int frameSize = -1;
  private int cap = Integer.MAX_VALUE;
  private boolean first = true;
  private boolean decoding;
  private boolean closed;

  /** Looks after the frame that has begun; may still run when that has ended. */
  private Timers.@Nullable Timer watch;

  /** What counts as progress since {@link #watch} was set. */
  private long progressBytes;

  /** Takes a first frame of any size that the configuration allows. */
  public FrameDecoder(Connection connection) {
    this(connection, connection.config().maxFirstFrameBytes(), connection::refuse);
  }

  /**
   * A decoder that knows what a first frame can be.
   *
   * @param maxFirstBytes the largest first frame, if the configuration allows as much
   * @param refusal ends the connection, and is told why: because of a size that is not allowed, or
   *     of a frame that does not come
   */
  public FrameDecoder(Connection connection, int maxFirstBytes, Consumer<String> refusal) {
    this.connection = connection;
    this.refusal = refusal;
    this.maxFirstBytes = Math.min(maxFirstBytes, connection.config().maxFirstFrameBytes());
    this.flow = connection.flow();
  }

  /**
   * Refuses larger frames from the next one on, until this is called again. On the event loop only.
   */
  public void capFrames(int bytes) {
    cap = bytes;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    flow.onResume(this::resumed);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf bytes = (ByteBuf) msg;
    if (closed) {
      bytes.release();
      return;
    }
    input.add(bytes);
    decode(ctx);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    close();
    ctx.fireChannelInactive();
  }

  private void resumed() {
    ChannelHandlerContext ctx = context;
    progressBytes = MIN_PROGRESS_BYTES; // the peer could not go on meanwhile
    if (ctx != null && !input.isEmpty() && !decoding) {
      decode(ctx);
      ctx.fireChannelReadComplete();
    }
  }

  private void decode(ChannelHandlerContext ctx) {
    decoding = true;
    try {
      while (!flow.isPaused() && !closed) {
        ByteBuf bytes = input.peek();
        if (bytes == null) {
          return;
        }
        if (step(ctx, bytes) && !closed && !bytes.isReadable()) {
          input.remove().release();
        }
      }
    } finally {
      decoding = false;
      if (watch == null && hasBegun()) {
        watchProgress();
      }
    }
  }

  /** Whether a part of a frame is there, and the rest is not. */
  private boolean hasBegun() {
    return !closed && (frameSize >= 0 || sizeField.position() > 0);
  }

  private void watchProgress() {
    progressBytes = 0;
    watch = connection.timers().after(connection.config().firstBytesMs(), this::checkProgress);
  }

  private void checkProgress() {
    watch = null;
    if (!hasBegun()) {
      return;
    }
    if (progressBytes >= MIN_PROGRESS_BYTES || flow.isPaused()) {
      watchProgress();
      return;
    }
    refusal.accept(
        "no whole frame was received for "
            + connection.config().firstBytesMs()
            + " ms, and only "
            + progressBytes
            + " bytes of "
            + (frameSize < 0 ? "its size" : "one of " + frameSize));
    close();
  }

  /** Takes what it can use of the bytes. Returns whether it could. */
  private boolean step(ChannelHandlerContext ctx, ByteBuf bytes) {
    if (frameSize < 0 && !readSize(bytes)) {
      return !closed;
    }
    ByteBuffer target = frame;
    if (target == null) {
      if (!flow.admit(frameSize)) {
        return false;
      }
      target = ByteBuffer.allocate(Math.min(frameSize, FIRST_CHUNK_BYTES));
      frame = target;
    }
    if (!target.hasRemaining() && target.position() < frameSize && bytes.isReadable()) {
      target = grown(target);
      frame = target;
    }
    int count = Math.min(bytes.readableBytes(), target.remaining());
    int limit = target.limit();
    bytes.readBytes(target.limit(target.position() + count));
    target.limit(limit);
    progressBytes += count;
    if (target.position() == frameSize) {
      frame = null;
      frameSize = -1;
      first = false;
      progressBytes = MIN_PROGRESS_BYTES;
      flow.received();
      ctx.fireChannelRead(target.flip());
    }
    return true;
  }

  private boolean readSize(ByteBuf bytes) {
    while (sizeField.hasRemaining() && bytes.isReadable()) {
      sizeField.put(bytes.readByte());
    }
    if (sizeField.hasRemaining()) {
      return false;
    }
    int size = sizeField.flip().getInt();
    sizeField.clear();
    int largest = Math.min(cap, first ? maxFirstBytes : connection.config().maxFrameBytes());
    if (size < 0 || size > largest) {
      refusal.accept(
          "a frame of "
              + Integer.toUnsignedString(size)
              + " bytes is announced; allowed are "
              + largest
              + (largest == cap ? " before a login" : first ? " for the first request" : ""));
      close();
      return false;
    }
    frameSize = size;
    return true;
  }

  private ByteBuffer grown(ByteBuffer full) {
    int capacity = (int) Math.min(frameSize, 2L * full.capacity());
    return ByteBuffer.allocate(capacity).put(full.flip());
  }

  private void close() {
    closed = true;
    frame = null;
    Timers.Timer watching = watch;
    if (watching != null) {
      watching.cancel();
      watch = null;
    }
    input.forEach(ByteBuf::release);
    input.clear();
  }
}
