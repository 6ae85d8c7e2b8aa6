package io.millrace.server.net;

import io.millrace.kernel.SteppedAgents;
import io.netty.buffer.ByteBuf;
import io.netty.channel.FileRegion;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.TimeUnit;

/** A connection from its client's side. Used, as the server is stepped, on the test's thread. */
public final class EmbeddedConnection {
  private static final int MAX_STEPS = 1_000_000;

  private final EmbeddedChannel channel;
  private final SteppedAgents agents;
  private final Runnable timers;
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private long nowNs;

  /**
   * @param timers runs what the connection's timers have to do by now
   */
  EmbeddedConnection(EmbeddedChannel channel, SteppedAgents agents, Runnable timers) {
    this.channel = channel;
    this.agents = agents;
    this.timers = timers;
    this.nowNs = agents.clock().nanoTime();
  }

  /** Sends bytes to the server, which then does all that it can without time passing. */
  public void send(byte[] bytes) {
    arrive(bytes);
    settle();
  }

  /** Bytes reach the server's end; its agents do nothing about them yet. */
  public void arrive(byte[] bytes) {
    channel.writeInbound(channel.alloc().buffer(bytes.length).writeBytes(bytes));
  }

  /** The server's end does what it has to do by now; its agents do nothing. */
  public void work() {
    long knownNs = nowNs;
    nowNs = agents.clock().nanoTime();
    channel.advanceTimeBy(nowNs - knownNs, TimeUnit.NANOSECONDS);
    timers.run();
    channel.runPendingTasks();
    take();
  }

  /** Lets time pass, for the whole server and for this connection, in steps. */
  public void pass(long durationMs, long stepMs) {
    for (long passed = 0; passed < durationMs; passed += stepMs) {
      agents.runFor(stepMs, MAX_STEPS);
      work();
      settle();
    }
  }

  private void settle() {
    boolean more = true;
    while (more) {
      agents.runUntilIdle(MAX_STEPS);
      more = channel.hasPendingTasks();
      channel.runPendingTasks();
    }
    take();
  }

  private void take() {
    WritableByteChannel target = Channels.newChannel(sent);
    for (Object piece = channel.readOutbound(); piece != null; piece = channel.readOutbound()) {
      try {
        if (piece instanceof ByteBuf buffer) {
          buffer.readBytes(sent, buffer.readableBytes());
        } else if (piece instanceof FileRegion region) {
          while (region.transferred() < region.count()) {
            region.transferTo(target, region.transferred());
          }
        } else {
          throw new IllegalStateException("written to a socket: " + piece.getClass());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        ReferenceCountUtil.release(piece);
      }
    }
  }

  /** All bytes that the server has sent on this connection. */
  public byte[] received() {
    return sent.toByteArray();
  }

  /** The bytes that the server has sent since this was asked last. */
  public byte[] takeReceived() {
    byte[] bytes = sent.toByteArray();
    sent.reset();
    return bytes;
  }

  /** Whether neither side has closed it. */
  public boolean isOpen() {
    return channel.isOpen();
  }

  /** The client goes away. */
  public void close() {
    var unused = channel.close();
    settle();
  }

  /** The server's end learns that the client has gone; its agents do nothing about it yet. */
  public void hangUp() {
    var unused = channel.close();
    channel.runPendingTasks();
    channel.releaseOutbound();
  }
}
