package io.millrace.server.net;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.kernel.SteppedAgents;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

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
  private long nextId = 1;

  public EmbeddedListener(
      NetConfig config, List<DoorProtocol> doors, MeterRegistry registry, SteppedAgents agents) {
    this.config = config;
    this.doors = doors;
    this.agents = agents;
    this.memory = new RequestMemory(config.maxBytesInFlightTotal());
    this.metrics = new NetMetrics(registry, memory);
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
    LoopTimers timers = new LoopTimers(channel.eventLoop(), agents.clock());
    FlowControl flow = new FlowControl(channel, config, memory, timers, agents.clock(), () -> {});
    Connection connection = new Connection(nextId++, channel, config, true, flow, timers, metrics);
    Pipeline.build(channel.pipeline(), connection, TransportSecurity.NONE, doors, metrics);
    return new EmbeddedConnection(channel, agents);
  }

  /** A channel at an internet address, which doors tell their clients. */
  private static final class AddressedChannel extends EmbeddedChannel {
    @Override
    protected SocketAddress localAddress0() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }
  }
}
