package io.millrace.server.net;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.kernel.Agents;
import io.millrace.kernel.Clock;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on one port for all doors. {@link #start} and {@link #close} are called by the owner; the
 * rest is safe for use from any thread.
 */
public final class NetListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NetListener.class);
  private static final int BACKLOG = 1024;

  private final NetConfig config;
  private final TransportSecurity security;
  private final List<DoorProtocol> doors;
  private final AcceptPolicy policy;
  private final RequestMemory memory;
  private final Clock clock;
  private final NetMetrics metrics;
  private final Map<Long, Connection> connections = new ConcurrentHashMap<>();
  private final AtomicLong nextId = new AtomicLong(1);
  private final EventLoopGroup loops;
  private final Map<EventExecutor, LoopTimers> timers = new HashMap<>();
  private final ChannelGroup channels;
  private InetSocketAddress address;
  private List<Channel> serverChannels = List.of();

  /**
   * Creates a listener; nothing is bound yet.
   *
   * @param doors asked in this order whose protocol a connection speaks
   * @param agents helped by the threads of this listener, so that many a request needs no other
   */
  public NetListener(
      NetConfig config,
      TransportSecurity security,
      List<DoorProtocol> doors,
      MeterRegistry registry,
      Agents agents) {
    this(config, security, doors, registry, agents, AcceptPolicy.AT_ONCE);
  }

  /**
   * The same where new connections may have to wait.
   *
   * @param policy asked about each new connection
   */
  public NetListener(
      NetConfig config,
      TransportSecurity security,
      List<DoorProtocol> doors,
      MeterRegistry registry,
      Agents agents,
      AcceptPolicy policy) {
    this.config = config;
    this.policy = policy;
    this.security = security;
    this.doors = List.copyOf(doors);
    this.memory = new RequestMemory(config.maxBytesInFlightTotal());
    this.clock = agents.clock();
    this.metrics = new NetMetrics(registry, memory);
    this.address = InetSocketAddress.createUnresolved(config.host(), config.port());
    this.loops =
        new MultiThreadIoEventLoopGroup(
            config.ioThreads(), new DefaultThreadFactory("net"), NioIoHandler.newFactory());
    for (EventExecutor loop : loops) {
      timers.put(loop, new LoopTimers(loop, clock));
      loop.execute(() -> agents.helpFrom(loop));
    }
    this.channels = new DefaultChannelGroup(loops.next());
  }

  /**
   * Binds the port and begins to accept.
   *
   * @throws IOException the address cannot be bound; the message says which and why
   */
  public void start() throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(
                    config.writeHighWaterBytes() / 2, config.writeHighWaterBytes()))
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel);
                  }
                });
    ChannelFuture bound = bootstrap.bind(config.host(), config.port()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen on " + config.host() + ":" + config.port() + ": " + bound.cause(),
          bound.cause());
    }
    serverChannels = List.of(bound.channel());
    address = (InetSocketAddress) bound.channel().localAddress();
    LOG.debug("listening on {}", address);
  }

  /** Where it listens; the real port once {@link #start} has returned. */
  public InetSocketAddress address() {
    return address;
  }

  public int port() {
    return address.getPort();
  }

  /** The connections that are open now. */
  public List<Connection> connections() {
    return new ArrayList<>(connections.values());
  }

  private void accept(Channel channel) {
    if (!metrics.opened(config.maxConnections())) {
      LOG.warn(
          "closing a connection from {}: {} are open already",
          channel.remoteAddress(),
          config.maxConnections());
      metrics.closed();
      var unused = channel.close();
      return;
    }
    long delayMs =
        channel.remoteAddress() instanceof InetSocketAddress peer && peer.getAddress() != null
            ? policy.delayMs(peer.getAddress())
            : 0;
    if (delayMs < 0) {
      LOG.debug("closing a connection from {}: it opens too many", channel.remoteAddress());
      metrics.refused();
      metrics.closed();
      var unused = channel.close();
      return;
    }
    LoopTimers timers = timersOf(channel);
    FlowControl flow =
        new FlowControl(channel, config, memory, timers, clock, this::closeSlowSenders);
    Connection connection =
        new Connection(nextId.getAndIncrement(), channel, config, flow, timers, metrics);
    channels.add(channel);
    connections.put(connection.id(), connection);
    channel.closeFuture().addListener(closed -> connections.remove(connection.id()));
    Pipeline.build(channel.pipeline(), connection, security, doors, metrics);
    if (delayMs > 0) {
      flow.pause(FlowControl.Reason.THROTTLED);
      timers.after(delayMs, () -> flow.resume(FlowControl.Reason.THROTTLED));
    }
  }

  /** Some wait for memory: those who hold it with a request that does not come must go. */
  private void closeSlowSenders() {
    for (Connection connection : connections.values()) {
      connection
          .channel()
          .eventLoop()
          .execute(
              () -> {
                if (connection.flow().isArrivingSlowly()) {
                  connection.refuse(
                      "its request has been arriving for more than "
                          + config.patienceMs()
                          + " ms, while others wait for the memory");
                }
              });
    }
  }

  private LoopTimers timersOf(Channel channel) {
    return Objects.requireNonNull(timers.get(channel.eventLoop()));
  }

  /**
   * Accepts and reads nothing more, lets requests in the works finish for {@link
   * NetConfig#shutdownMs}, then closes every connection. Idempotent.
   */
  @Override
  public void close() {
    serverChannels.forEach(channel -> channel.close().awaitUninterruptibly());
    serverChannels = List.of();
    List<Connection> open = connections();
    open.forEach(connection -> connection.channel().eventLoop().execute(connection.flow()::finish));
    channels.newCloseFuture().awaitUninterruptibly(config.shutdownMs());
    channels.close().awaitUninterruptibly(config.shutdownMs());
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
