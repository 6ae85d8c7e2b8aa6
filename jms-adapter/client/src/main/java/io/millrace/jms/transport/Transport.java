package io.millrace.jms.transport;

import io.millrace.jms.wire.Answer;
import io.millrace.jms.wire.Frame;
import io.millrace.jms.wire.Request;
import io.millrace.jms.wire.ServerFrame;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One connection's conversation with a server, on a socket that others may share. {@link #write}
 * may be called by any thread and keeps the order of its calls as far as the callers do.
 */
public final class Transport {
  private final SharedSocket socket;
  private final int number;
  private final TransportListener listener;
  private final AtomicBoolean left = new AtomicBoolean();
  private final AtomicBoolean closeReported = new AtomicBoolean();
  private final AtomicInteger unanswered = new AtomicInteger();
  private volatile @Nullable Throwable cause;

  Transport(SharedSocket socket, int number, TransportListener listener) {
    this.socket = socket;
    this.number = number;
    this.listener = listener;
  }

  /** The conversation's number on its socket. */
  int number() {
    return number;
  }

  /** False when this was said before. */
  boolean markLeft() {
    return left.compareAndSet(false, true);
  }

  /**
   * Encodes a frame on the calling thread and queues it. After the end frames vanish: who waits for
   * an answer hears of that by {@link TransportListener#onClosed}.
   */
  public void write(Frame frame) {
    write(frame, false);
  }

  /**
   * As {@link #write(Frame)}.
   *
   * @param awaited whether the calling thread waits for the answer at once, so that it may as well
   *     do the writing
   */
  public void write(Frame frame, boolean awaited) {
    if (!left.get()) {
      socket.write(number, frame, awaited);
      if (frame instanceof Request request && request.requestId() != 0) {
        unanswered.incrementAndGet();
      }
    }
  }

  /** Whether the server has not answered a request yet. */
  boolean awaitsAnswer() {
    return unanswered.get() > 0;
  }

  /** Waits while more bytes are queued than the socket takes soon. Not on the I/O thread. */
  public void awaitWritable() throws InterruptedException {
    socket.awaitWritable();
  }

  /** Largest frame that the server may send from now on, in bytes without the length field. */
  public void setMaxFrameBytes(int bytes) {
    socket.setMaxFrameBytes(bytes);
  }

  /** When the last byte arrived on the socket, by {@link System#nanoTime}. */
  public long lastReadNanos() {
    return socket.lastReadNanos();
  }

  /** When the last frame left on the socket, by {@link System#nanoTime}. */
  public long lastWriteNanos() {
    return socket.lastWriteNanos();
  }

  /** Ends the conversation; {@link TransportListener#onClosed} follows with this cause. */
  public void close(Throwable reason) {
    if (cause == null) {
      cause = reason;
    }
    socket.leave(this);
  }

  /** Closes the socket because the server is gone; all that share it hear of it. */
  public void breakSocket(Throwable reason) {
    socket.close(reason);
  }

  void onFrame(ServerFrame frame) {
    if (frame instanceof Answer answer && answer.requestId() != 0) {
      unanswered.decrementAndGet();
    }
    listener.onFrame(frame);
  }

  /**
   * The conversation is over.
   *
   * @param ofSocket why the socket closed, if this side closed it
   */
  void onClosed(@Nullable Throwable ofSocket) {
    if (closeReported.compareAndSet(false, true)) {
      Throwable own = cause;
      Throwable reason = own == null ? ofSocket : own;
      listener.onClosed(
          reason == null ? new IOException("the server closed the connection") : reason);
    }
  }
}
