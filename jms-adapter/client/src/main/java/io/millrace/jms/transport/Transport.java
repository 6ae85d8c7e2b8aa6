package io.millrace.jms.transport;

import io.millrace.jms.wire.Frame;
import io.millrace.jms.wire.FrameDecoder;
import io.millrace.jms.wire.FrameEncoder;
import io.millrace.jms.wire.Preamble;
import io.millrace.jms.wire.ServerFrame;
import io.millrace.jms.wire.WireException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One open socket. {@link #write} may be called by any thread and keeps the order of its calls as
 * far as the callers do; frames that are written while an earlier write is under way leave
 * together.
 */
public final class Transport {
  private static final long WRITABLE_CHECK_MS = 100;

  private final TransportListener listener;
  private final ConcurrentLinkedQueue<ByteBuf> outbound = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean draining = new AtomicBoolean();
  private final AtomicBoolean closeReported = new AtomicBoolean();
  private final Runnable drain = this::drain;
  private volatile @Nullable Channel channel;
  private volatile int maxFrameBytes = FrameDecoder.MAX_BYTES_BEFORE_WELCOME;
  private volatile long lastReadNanos = System.nanoTime();
  private volatile long lastWriteNanos = lastReadNanos;
  private volatile @Nullable Throwable cause;

  Transport(TransportListener listener) {
    this.listener = listener;
  }

  void open(Channel opened) {
    channel = opened;
    ByteBuf preamble = opened.alloc().buffer(Preamble.BYTES);
    ByteBuffer target = preamble.nioBuffer(0, Preamble.BYTES);
    Preamble.CURRENT.writeTo(target);
    preamble.writerIndex(Preamble.BYTES);
    enqueue(opened, preamble);
  }

  /**
   * Encodes a frame on the calling thread and queues it. After the socket was closed frames vanish:
   * who waits for an answer hears of that by {@link TransportListener#onClosed}.
   */
  public void write(Frame frame) {
    Channel target = channel;
    if (target == null || !target.isOpen()) {
      return;
    }
    int size = FrameEncoder.sizeOf(frame);
    ByteBuf bytes = target.alloc().directBuffer(size, size);
    FrameEncoder.write(frame, size, bytes.nioBuffer(0, size));
    bytes.writerIndex(size);
    enqueue(target, bytes);
  }

  /** Waits while more bytes are queued than the socket takes soon. Not on the I/O thread. */
  public synchronized void awaitWritable() throws InterruptedException {
    Channel target = channel;
    while (target != null && target.isOpen() && !target.isWritable()) {
      wait(WRITABLE_CHECK_MS);
    }
  }

  /** The queue became shorter, or the socket closed. */
  synchronized void onWritabilityChanged() {
    notifyAll();
  }

  private void enqueue(Channel target, ByteBuf bytes) {
    outbound.add(bytes);
    if (draining.compareAndSet(false, true)) {
      try {
        target.eventLoop().execute(drain);
      } catch (RejectedExecutionException ended) {
        // The I/O thread ends only behind the last connection: nobody waits for these frames.
        drain();
      }
    }
  }

  private void drain() {
    Channel target = channel;
    draining.set(false);
    boolean wrote = false;
    for (ByteBuf bytes = outbound.poll(); bytes != null; bytes = outbound.poll()) {
      if (target == null || !target.isOpen()) {
        bytes.release();
      } else {
        ChannelFuture unused = target.write(bytes, target.voidPromise());
        wrote = true;
      }
    }
    if (wrote && target != null) {
      lastWriteNanos = System.nanoTime();
      target.flush();
    }
  }

  /** Largest frame that the server may send from now on, in bytes without the length field. */
  public void setMaxFrameBytes(int bytes) {
    maxFrameBytes = bytes;
  }

  int maxFrameBytes() {
    return maxFrameBytes;
  }

  /** When the last byte arrived, by {@link System#nanoTime}. */
  public long lastReadNanos() {
    return lastReadNanos;
  }

  /** When the last frame left, by {@link System#nanoTime}. */
  public long lastWriteNanos() {
    return lastWriteNanos;
  }

  /** Closes the socket; {@link TransportListener#onClosed} follows with this cause. */
  public void close(Throwable reason) {
    if (cause == null) {
      cause = reason;
    }
    Channel target = channel;
    if (target != null) {
      ChannelFuture unused = target.close();
    }
  }

  void onBytes() {
    lastReadNanos = System.nanoTime();
  }

  void onFrame(ByteBuffer body) throws WireException {
    ServerFrame frame = FrameDecoder.decodeFromServer(body);
    listener.onFrame(frame);
  }

  void onClosed() {
    if (closeReported.compareAndSet(false, true)) {
      Throwable reason = cause;
      listener.onClosed(
          reason == null ? new IOException("the server closed the connection") : reason);
    }
  }
}
