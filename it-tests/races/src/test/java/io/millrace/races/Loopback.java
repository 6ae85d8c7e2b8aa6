package io.millrace.races;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A socket on which several threads send frames of one size that end with a number, and the far
 * end, which checks that each thread's come in order and none is missing. Numbers are those of a
 * thread from {@code thread * framesEach} on.
 */
public final class Loopback implements AutoCloseable {
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final FarEnd farEnd;
  private final Channel near;

  /**
   * Connects.
   *
   * @param kind makes the near end
   * @param atNearEnd sees the near end's events
   * @param prefixBytes bytes before the first frame
   */
  public Loopback(
      ChannelFactory<? extends Channel> kind,
      ChannelHandler atNearEnd,
      int threads,
      int framesEach,
      int prefixBytes,
      int frameBytes)
      throws InterruptedException {
    farEnd = new FarEnd(threads, framesEach, prefixBytes, frameBytes);
    Channel server =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel far) {
                    far.pipeline().addLast(farEnd);
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    near =
        new Bootstrap()
            .group(loops)
            .channelFactory(kind)
            .handler(atNearEnd)
            .connect(server.localAddress())
            .sync()
            .channel();
  }

  public Channel near() {
    return near;
  }

  /** How many frames have come out. */
  public int received() {
    return farEnd.received.get();
  }

  /** How many frames came when another one of their thread was due. */
  public int outOfOrder() {
    return farEnd.outOfOrder.get();
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static final class FarEnd extends SimpleChannelInboundHandler<ByteBuf> {
    private final int framesEach;
    private final int frameBytes;
    private final int[] due;
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicInteger outOfOrder = new AtomicInteger();

    /** Where in a frame the next byte lies; below 0 before the first. */
    private int at;

    private int number;

    FarEnd(int threads, int framesEach, int prefixBytes, int frameBytes) {
      this.framesEach = framesEach;
      this.frameBytes = frameBytes;
      this.due = new int[threads];
      this.at = -prefixBytes;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
      while (bytes.isReadable()) {
        number = number << 8 | bytes.readUnsignedByte();
        at++;
        if (at == frameBytes) {
          at = 0;
          arrived(number);
        }
      }
    }

    private void arrived(int of) {
      int thread = of / framesEach;
      if (thread < 0 || thread >= due.length || due[thread]++ != of % framesEach) {
        outOfOrder.incrementAndGet();
      }
      received.incrementAndGet();
    }
  }
}
