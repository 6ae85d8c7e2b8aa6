package io.millrace.server.net;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.kernel.SteppedAgents;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What {@link NetListener} is to sockets, for connections that a test steps: the same pipeline, the
 * same limits, no thread and no socket. Time is the agents'.
 */
public final class EmbeddedListener {
  private final NetConfig config;
  private final List<DoorProtocol> doors;
  private final SteppedAgents agents;
  private final RequestMemory memory;
  private final NetMetrics metrics;

  /** Lends its event loop to the timers: that of a connection forgets them when it is closed. */
  private final EmbeddedChannel clockwork = new EmbeddedChannel();

  private final LoopTimers timers;
  private long nowNs;
  private long nextId = 1;

  public EmbeddedListener(
      NetConfig config, List<DoorProtocol> doors, MeterRegistry registry, SteppedAgents agents) {
    this.config = config;
    this.doors = doors;
    this.agents = agents;
    this.memory = new RequestMemory(config.maxBytesInFlightTotal());
    this.metrics = new NetMetrics(registry, memory);
    this.timers = new LoopTimers(clockwork.eventLoop(), agents.clock());
    this.nowNs = agents.clock().nanoTime();
    clockwork.freezeTime();
  }

  /** Runs the timers that are due by now. */
  public void runTimers() {
    long knownNs = nowNs;
    nowNs = agents.clock().nanoTime();
    clockwork.advanceTimeBy(nowNs - knownNs, TimeUnit.NANOSECONDS);
    clockwork.runPendingTasks();
  }

  /** Memory that requests of all connections hold. */
  public long requestBytes() {
    return memory.usedBytes();
  }

  /** A new connection. */
  public EmbeddedConnection connect() {
    EmbeddedChannel channel = new AddressedChannel();
    channel.freezeTime();
    metrics.opened(config.maxConnections());
    FlowControl flow = new FlowControl(channel, config, memory, timers, agents.clock(), () -> {});
    Connection connection = new Connection(nextId++, channel, config, flow, timers, metrics);
    Pipeline.build(channel.pipeline(), connection, TransportSecurity.NONE, doors, metrics);
    return new EmbeddedConnection(channel, agents, this::runTimers);
  }

  /** A channel at an internet address, which doors tell their clients. */
  private static final class AddressedChannel extends EmbeddedChannel {
    @Override
    protected SocketAddress localAddress0() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }
  }
}
