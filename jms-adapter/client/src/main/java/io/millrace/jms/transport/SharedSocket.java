package io.millrace.jms.transport;

import io.millrace.jms.wire.Frame;
import io.millrace.jms.wire.FrameDecoder;
import io.millrace.jms.wire.FrameEncoder;
import io.millrace.jms.wire.Leave;
import io.millrace.jms.wire.Left;
import io.millrace.jms.wire.Preamble;
import io.millrace.jms.wire.ServerFrame;
import io.millrace.jms.wire.WireException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One open socket with the conversations of several connections on it, so that what many threads
 * ask at the same time leaves with one write and is answered with one read. It closes behind its
 * last conversation. Any thread may call; frames that are written while an earlier write is under
 * way leave together, in the order of the calls.
 */
final class SharedSocket {
  private static final long WRITABLE_CHECK_MS = 100;

  private final Channel channel;
  private final int most;
  private final FrameWriter writer;
  private final Map<Integer, Transport> conversations = new ConcurrentHashMap<>();
  private int lastNumber; // guarded by this
  private int open; // guarded by this
  private boolean retired; // guarded by this
  private boolean lost; // guarded by this
  private volatile int maxFrameBytes = FrameDecoder.MAX_BYTES_BEFORE_WELCOME;
  private volatile long lastReadNanos = System.nanoTime();
  private volatile @Nullable Throwable cause;

  /**
   * A socket that has not said anything yet.
   *
   * @param most conversations at a time
   */
  SharedSocket(Channel connected, int most) {
    this.channel = connected;
    this.most = most;
    ByteBuf preamble = connected.alloc().buffer(Preamble.BYTES);
    Preamble.CURRENT.writeTo(preamble.nioBuffer(0, Preamble.BYTES));
    this.writer = new FrameWriter(connected, preamble.writerIndex(Preamble.BYTES));
  }

  // ---- conversations

  /** Begins a conversation; null when there is no room for one or the socket closes. */
  synchronized @Nullable Transport begin(TransportListener listener) {
    if (!hasRoom()) {
      return null;
    }
    open++;
    Transport begun = new Transport(this, ++lastNumber, listener);
    conversations.put(begun.number(), begun);
    return begun;
  }

  synchronized boolean hasRoom() {
    return !isClosed() && open < most;
  }

  /** Whether no conversation can begin any more. */
  synchronized boolean isClosed() {
    return retired || !channel.isActive();
  }

  /** Whether it closed without having been left by its last conversation. */
  synchronized boolean isLost() {
    return lost || (!retired && !channel.isActive());
  }

  /** Ends a conversation; its listener hears of it on the I/O thread. */
  void leave(Transport conversation) {
    if (!retire(conversation)) {
      return;
    }
    write(conversation.number(), new Leave(), false);
    try {
      channel.eventLoop().execute(() -> end(conversation));
    } catch (RejectedExecutionException ended) {
      end(conversation);
    }
  }

  /**
   * The conversation counts no more. Returns false when that was said before, or when it was the
   * last one, with which the socket closes.
   */
  private boolean retire(Transport conversation) {
    synchronized (this) {
      if (!conversation.markLeft()) {
        return false;
      }
      open--;
      if (open > 0) {
        return true;
      }
      retired = true;
    }
    ChannelFuture unused = channel.close();
    return false;
  }

  private void end(Transport conversation) {
    if (conversations.remove(conversation.number(), conversation)) {
      conversation.onClosed(null);
    }
  }

  // ---- out

  /**
   * Encodes a frame on the calling thread and queues or writes it. Behind the end frames vanish.
   *
   * @param awaited whether the calling thread waits for the answer at once
   */
  void write(int conversation, Frame frame, boolean awaited) {
    if (!channel.isOpen()) {
      return;
    }
    int size = FrameEncoder.sizeOf(frame);
    ByteBuf bytes = channel.alloc().directBuffer(size, size);
    FrameEncoder.write(conversation, frame, size, bytes.nioBuffer(0, size));
    writer.add(bytes.writerIndex(size), awaited && isQuiet());
  }

  /** Whether nobody waits for an answer, and so nobody goes on at the same time as others. */
  private boolean isQuiet() {
    for (Transport conversation : conversations.values()) {
      if (conversation.awaitsAnswer()) {
        return false;
      }
    }
    return true;
  }

  /** Waits while more bytes are queued than the socket takes soon. Not on the I/O thread. */
  synchronized void awaitWritable() throws InterruptedException {
    while (channel.isOpen() && !channel.isWritable()) {
      wait(WRITABLE_CHECK_MS);
    }
  }

  // ---- in; on the I/O thread

  /** Sends the preamble and what came meanwhile. */
  void onOpen() {
    writer.open();
  }

  void onBytes() {
    lastReadNanos = System.nanoTime();
  }

  /** A frame without its length. */
  void onFrame(ByteBuffer body) throws WireException {
    Transport conversation = conversations.get(FrameDecoder.readConversation(body));
    ServerFrame frame = FrameDecoder.decodeFromServer(body);
    if (conversation == null) {
      return; // was under way when this side left
    }
    if (!(frame instanceof Left)) {
      conversation.onFrame(frame);
    } else if (retire(conversation)) {
      end(conversation);
    }
  }

  /** The queue became shorter, or the socket closed. */
  synchronized void onWritabilityChanged() {
    notifyAll();
  }

  void onClosed() {
    List<Transport> all;
    synchronized (this) {
      lost = !retired;
      retired = true;
      notifyAll();
      all = new ArrayList<>(conversations.values());
    }
    conversations.clear();
    all.forEach(conversation -> conversation.onClosed(cause));
  }

  // ---- the socket as a whole; any thread

  /** Closes the socket and with it all conversations. */
  void close(Throwable reason) {
    if (cause == null) {
      cause = reason;
    }
    ChannelFuture unused = channel.close();
  }

  void setMaxFrameBytes(int bytes) {
    maxFrameBytes = bytes;
  }

  int maxFrameBytes() {
    return maxFrameBytes;
  }

  long lastReadNanos() {
    return lastReadNanos;
  }

  long lastWriteNanos() {
    return writer.lastWriteNanos();
  }
}
