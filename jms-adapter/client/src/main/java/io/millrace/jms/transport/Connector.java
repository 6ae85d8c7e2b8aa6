package io.millrace.jms.transport;

import io.millrace.jms.config.ClientOptions;
import io.millrace.jms.config.Option;
import io.millrace.jms.config.ServerAddress;
import io.millrace.jms.runtime.ClientTime;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Opens sockets to servers on a shared {@link IoThread}. Also the connection's timer: what must
 * happen later happens on the I/O thread. Any thread may call, but {@link #connect} not the I/O
 * thread, as it waits.
 */
public final class Connector implements AutoCloseable {
  private static final WriteBufferWaterMark WRITE_MARKS =
      new WriteBufferWaterMark(1 << 20, 4 << 20);

  /** One that is there may have been lost; new ones that are mean a server that refuses. */
  private static final int MAX_LOST = 3;

  private final IoThread thread;
  private final ClientOptions options;
  private final EventLoopGroup group;
  private boolean closed;

  /**
   * @param options say whether and how sockets are encrypted
   */
  public Connector(IoThread thread, ClientOptions options) {
    this.thread = thread;
    this.options = options;
    this.group = thread.acquire();
  }

  /**
   * Begins a conversation, on a socket that is there already or on a new one.
   *
   * @param timeoutMs how long to wait, at least 1
   * @param connectionsPerSocket conversations on a socket, at most; at least 1
   * @throws IOException if the server cannot be reached in time
   * @throws InterruptedException if the calling thread was interrupted
   */
  public Transport connect(
      ServerAddress address, long timeoutMs, int connectionsPerSocket, TransportListener listener)
      throws IOException, InterruptedException {
    Sockets.Opener opener = () -> open(address, timeoutMs, connectionsPerSocket);
    int lost = 0;
    while (lost < MAX_LOST) {
      SharedSocket socket =
          connectionsPerSocket == 1
              ? opener.open()
              : thread.sockets().get(address, timeoutMs, opener);
      Transport begun = socket.begin(listener);
      if (begun != null) {
        return begun;
      }
      lost += socket.isLost() ? 1 : 0;
    }
    throw new IOException(address + " closes connections as soon as they are open");
  }

  private SharedSocket open(ServerAddress address, long timeoutMs, int connectionsPerSocket)
      throws IOException, InterruptedException {
    long deadline = ClientTime.deadlineAfterMs(timeoutMs);
    int connectMs = (int) Math.max(1, Math.min(timeoutMs, Integer.MAX_VALUE));
    SslHandler tls = options.truth(Option.TLS) ? Tls.handler(options, address) : null;
    FrameReader reader = new FrameReader();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(group)
            .channelFactory(tls == null ? DirectChannel::new : NioSocketChannel::new)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_MARKS)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMs)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (tls != null) {
                      channel.pipeline().addLast("tls", tls);
                    }
                    channel.pipeline().addLast("frames", reader);
                  }
                });
    ChannelFuture connected = bootstrap.connect(address.host(), address.port());
    if (!connected.await(timeoutMs, TimeUnit.MILLISECONDS)) {
      connected.cancel(true);
      ChannelFuture unused = connected.channel().close();
      throw new IOException("no connection to " + address + " within " + timeoutMs + " ms");
    }
    if (!connected.isSuccess()) {
      throw new IOException(
          "cannot connect to " + address + ": " + connected.cause().getMessage(),
          connected.cause());
    }
    Channel channel = connected.channel();
    if (tls != null) {
      awaitHandshake(tls, channel, address, deadline);
    }
    SharedSocket socket = new SharedSocket(channel, connectionsPerSocket);
    channel.eventLoop().execute(() -> reader.open(socket, channel.isActive()));
    channel.closeFuture().addListener(closed -> thread.sockets().forget(address, socket));
    return socket;
  }

  private static void awaitHandshake(
      SslHandler tls, Channel channel, ServerAddress address, long deadline)
      throws IOException, InterruptedException {
    Future<Channel> handshake = tls.handshakeFuture();
    boolean ended;
    try {
      ended = handshake.await(Math.max(1, deadline - ClientTime.nanos()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupt) {
      ChannelFuture unused = channel.close();
      throw interrupt;
    }
    if (ended && handshake.isSuccess()) {
      return;
    }
    ChannelFuture unused = channel.close();
    if (!ended) {
      throw new IOException("TLS with " + address + " was not agreed upon in time");
    }
    throw new IOException(
        "TLS with " + address + " failed: " + Tls.explain(handshake.cause()), handshake.cause());
  }

  /** Runs something on the I/O thread, not before the delay has passed. It must not block. */
  public void schedule(long delayMs, Runnable task) {
    if (!group.isShuttingDown()) {
      Future<?> unused = group.schedule(task, delayMs, TimeUnit.MILLISECONDS);
    }
  }

  /** Gives the I/O thread back. Sockets are closed by their owners. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      thread.release();
    }
  }
}
