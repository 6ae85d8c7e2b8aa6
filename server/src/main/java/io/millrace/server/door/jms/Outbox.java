package io.millrace.server.door.jms;

import io.millrace.jms.wire.FrameEncoder;
import io.millrace.jms.wire.ServerFrame;
import io.millrace.server.net.LoopTask;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.jctools.queues.MpscUnboundedArrayQueue;

/**
 * Frames on their way to one channel, in order. Any thread adds; the event loop encodes and writes
 * as much as the channel takes, with one flush for all that came together.
 */
final class Outbox {
  private static final int CHUNK = 128;

  /**
   * A frame of a conversation.
   *
   * @param answered bytes of the request that it answers, 0 for none that counts
   */
  private record Entry(int conversation, ServerFrame frame, int bytes, int answered) {}

  private final Channel channel;
  private final long limitBytes;
  private final Runnable onRoom;
  private final IntConsumer onAnswered;
  private final MpscUnboundedArrayQueue<Entry> queue = new MpscUnboundedArrayQueue<>(CHUNK);
  private final LoopTask draining = new LoopTask(this::drain);
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicBoolean full = new AtomicBoolean();

  /**
   * An empty outbox.
   *
   * @param limitBytes above which {@link #add} says that it is full
   * @param onRoom told, on the event loop, when it is not full any more
   * @param onAnswered told, on the event loop, of requests that were answered, by their size
   */
  Outbox(Channel channel, long limitBytes, Runnable onRoom, IntConsumer onAnswered) {
    this.channel = channel;
    this.limitBytes = limitBytes;
    this.onRoom = onRoom;
    this.onAnswered = onAnswered;
  }

  /** Adds a frame. Returns whether more may come. Any thread. */
  boolean add(int conversation, ServerFrame frame) {
    return add(conversation, frame, 0);
  }

  /**
   * Adds the answer to a request that counts as one in the works.
   *
   * @param answered the request's size in bytes
   */
  boolean add(int conversation, ServerFrame frame, int answered) {
    int bytes = FrameEncoder.sizeOf(frame);
    boolean room = waitingBytes.addAndGet(bytes) <= limitBytes;
    if (!room) {
      full.set(true);
    }
    queue.offer(new Entry(conversation, frame, bytes, answered));
    draining.schedule(channel.eventLoop());
    return room;
  }

  /** Whether more waits than should. Any thread. */
  boolean isFull() {
    return full.get();
  }

  /** Writes what the channel takes. Event loop only. */
  void drain() {
    boolean written = false;
    Entry next;
    while (channel.isWritable() && (next = queue.poll()) != null) {
      var unused = channel.write(encoded(next));
      waitingBytes.addAndGet(-next.bytes);
      written = true;
      if (next.answered > 0) {
        onAnswered.accept(next.answered);
      }
    }
    if (written) {
      channel.flush();
    }
    if (waitingBytes.get() <= limitBytes / 2 && full.compareAndSet(true, false)) {
      onRoom.run();
    }
  }

  private ByteBuf encoded(Entry entry) {
    ByteBuf bytes = channel.alloc().ioBuffer(entry.bytes);
    FrameEncoder.write(
        entry.conversation, entry.frame, entry.bytes, bytes.nioBuffer(0, entry.bytes));
    return bytes.writerIndex(entry.bytes);
  }

  /** Writes what is waiting whatever the channel takes, then closes it. Event loop only. */
  void finish() {
    Entry next;
    while ((next = queue.poll()) != null) {
      var unused = channel.write(encoded(next));
    }
    var unused =
        channel.writeAndFlush(channel.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
  }
}
