package io.millrace.jms.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One I/O thread for the connections of a factory. It starts with the first connection and ends
 * behind the last one, so that an undeployed application leaves no thread. Any thread may call.
 */
public final class IoThread {
  private static final long SHUTDOWN_TIMEOUT_MS = 1000;

  private final Sockets sockets = new Sockets();
  private @Nullable EventLoopGroup group;
  private int users;

  /** Takes part in the thread until {@link #release}. */
  synchronized EventLoopGroup acquire() {
    if (group == null) {
      group =
          new MultiThreadIoEventLoopGroup(
              1, new DefaultThreadFactory("millrace-jms-io", true), NioIoHandler.newFactory());
    }
    users++;
    return group;
  }

  /** The sockets that the connections of the factory share. */
  Sockets sockets() {
    return sockets;
  }

  /** Ends what {@link #acquire} began. */
  synchronized void release() {
    users--;
    if (users == 0 && group != null) {
      Future<?> unused = group.shutdownGracefully(0, SHUTDOWN_TIMEOUT_MS, TimeUnit.MILLISECONDS);
      group = null;
    }
  }
}
