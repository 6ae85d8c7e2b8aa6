package io.millrace.jms.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;

/**
 * Encoded frames on their way to a socket, in the order in which they were added. Who adds to an
 * empty queue sees to the writing, and others only add meanwhile: so frames that come at the same
 * time leave with one write. Any thread, but where a method says otherwise.
 */
final class FrameWriter {
  /** A thread that has frames of its own does not write those of others for ever. */
  private static final int MOST_ON_CALLER = 8;

  private final Channel channel;
  private final OwnedQueue<ByteBuf> queue = new OwnedQueue<>();
  private final Runnable drain = this::drain;
  private volatile long lastWriteNanos = System.nanoTime();

  /**
   * Nothing is written before {@link #open}.
   *
   * @param first goes before everything else
   */
  FrameWriter(Channel channel, ByteBuf first) {
    this.channel = channel;
    // It is open() that takes it.
    boolean unused = queue.add(first);
  }

  /** Writes what has come so far, or drops it when the channel is closed. I/O thread; once. */
  void open() {
    drain();
  }

  /**
   * Adds a frame. It is written by the I/O thread; or where it would leave alone and the channel is
   * a {@link DirectChannel}, by the caller, which spares a change of threads.
   *
   * @param alone whether no others are to be expected with which it could leave together, and the
   *     caller has nothing better to do
   */
  void add(ByteBuf frame, boolean alone) {
    if (!queue.add(frame)) {
      return;
    }
    if (alone && channel instanceof DirectChannel direct && direct.isFlushed()) {
      writeOnCaller(direct);
    } else {
      writeLater();
    }
  }

  private void writeOnCaller(DirectChannel direct) {
    for (int written = 0; written < MOST_ON_CALLER; written++) {
      ByteBuf next = queue.first();
      try {
        direct.writeNow(next);
      } catch (IOException broken) {
        // The I/O thread meets the same, and closes the channel.
        break;
      }
      lastWriteNanos = System.nanoTime();
      if (next.isReadable()) {
        break;
      }
      queue.take().release();
      if (!queue.goesOn(1)) {
        return;
      }
    }
    writeLater();
  }

  private void writeLater() {
    try {
      channel.eventLoop().execute(drain);
    } catch (RejectedExecutionException ended) {
      // The I/O thread ends only behind the last connection: nobody waits for these frames.
      drain();
    }
  }

  private void drain() {
    int count = queue.size();
    boolean open = channel.isOpen();
    for (int i = 0; i < count; i++) {
      ByteBuf next = queue.take();
      if (open) {
        ChannelFuture unused = channel.write(next, channel.voidPromise());
      } else {
        next.release();
      }
    }
    if (open) {
      lastWriteNanos = System.nanoTime();
      channel.flush();
    }
    if (queue.goesOn(count)) {
      writeLater();
    }
  }

  /** When something was last written, by {@link System#nanoTime}. */
  long lastWriteNanos() {
    return lastWriteNanos;
  }
}
