package io.millrace.server.door.jms;

/**
 * How the JMS door behaves. Immutable; validated when built.
 *
 * @param nodeId this server within the cluster
 * @param heartbeatMs how often a client shows a sign of life at least; after three times as long
 *     without one its socket is closed, in milliseconds
 * @param graceMs how long sessions, consumers and temporary destinations of a broken connection
 *     wait for it to come back, in milliseconds
 * @param maxFrameBytes largest frame that a client may send
 * @param outboundBytes bytes of messages waiting for one client to take them, at which nothing more
 *     is delivered to it
 * @param maxSessions sessions of one connection
 * @param maxConsumers consumers of one connection
 */
public record JmsDoorConfig(
    int nodeId,
    int heartbeatMs,
    long graceMs,
    int maxFrameBytes,
    long outboundBytes,
    int maxSessions,
    int maxConsumers) {

  public static final JmsDoorConfig DEFAULT =
      new JmsDoorConfig(1, 10_000, 2_000, 64 << 20, 4 << 20, 10_000, 100_000);

  public JmsDoorConfig {
    if (heartbeatMs < 1
        || graceMs < 0
        || maxFrameBytes < 1024
        || outboundBytes < 1
        || maxSessions < 1
        || maxConsumers < 1) {
      throw new IllegalArgumentException("a limit of the JMS door is too small");
    }
  }

  public JmsDoorConfig withMaxFrameBytes(int bytes) {
    return new JmsDoorConfig(
        nodeId, heartbeatMs, graceMs, bytes, outboundBytes, maxSessions, maxConsumers);
  }

  public JmsDoorConfig withGraceMs(long ms) {
    return new JmsDoorConfig(
        nodeId, heartbeatMs, ms, maxFrameBytes, outboundBytes, maxSessions, maxConsumers);
  }
}
