package io.millrace.server.net;

import io.millrace.kernel.Timers;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection of a client, as the doors see it. The getters may be used from any thread. */
public final class Connection {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  private final long id;
  private final Channel channel;
  private final NetConfig config;
  private final FlowControl flow;
  private final Timers timers;
  private final NetMetrics metrics;
  private volatile @Nullable String door;
  private volatile @Nullable String principal;

  Connection(
      long id,
      Channel channel,
      NetConfig config,
      FlowControl flow,
      Timers timers,
      NetMetrics metrics) {
    this.id = id;
    this.channel = channel;
    this.config = config;
    this.flow = flow;
    this.timers = timers;
    this.metrics = metrics;
  }

  /** Unique while the server runs. */
  public long id() {
    return id;
  }

  /** The channel, whose pipeline a door extends. */
  public Channel channel() {
    return channel;
  }

  public NetConfig config() {
    return config;
  }

  /** Adds a handler of a door behind all that are there. On the channel's event loop only. */
  public void addHandler(String name, ChannelHandler handler) {
    channel.pipeline().addBefore(Pipeline.FAILURES, name, handler);
  }

  /** For use on the channel's event loop only. */
  public FlowControl flow() {
    return flow;
  }

  /** For use on the channel's event loop only, where the work runs; it outlives the connection. */
  public Timers timers() {
    return timers;
  }

  /** The name of the protocol, as soon as it is known. */
  public @Nullable String door() {
    return door;
  }

  /** Who the client has proved to be; empty for one that has proved nothing. */
  public Optional<String> principal() {
    return Optional.ofNullable(principal);
  }

  /** Says who the client has proved to be: by its certificate, or by a login to its door. */
  public void identify(String name) {
    principal = name;
  }

  /** The peer's host address, for people. */
  public String remoteHost() {
    SocketAddress address = channel.remoteAddress();
    if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
      return inet.getAddress().getHostAddress();
    }
    return String.valueOf(address);
  }

  /** The address and port at which the client reached this server. */
  public InetSocketAddress localAddress() {
    return (InetSocketAddress) channel.localAddress();
  }

  /**
   * Closes the connection because of what the peer sent. Logged, counted; answers nothing. Any
   * thread.
   */
  public void refuse(String why) {
    noteRefusal(why);
    var unused = channel.close();
  }

  /**
   * The same where somebody else sees to the log, because many connections may be closed for the
   * same reason. Any thread.
   */
  public void refuseUnlogged() {
    metrics.refused();
    var unused = channel.close();
  }

  /**
   * Logs and counts that the connection is about to be closed because of what the peer sent. To be
   * called once, by who then closes it behind the last answer. Any thread.
   */
  public void noteRefusal(String why) {
    metrics.refused();
    String protocol = door;
    LOG.warn("closing {} ({}): {}", this, protocol == null ? "no protocol yet" : protocol, why);
  }

  void opened(DoorProtocol protocol) {
    door = protocol.name();
  }

  @Override
  public String toString() {
    String name = principal;
    return "connection "
        + id
        + " from "
        + channel.remoteAddress()
        + (name == null ? "" : " as " + name);
  }
}
