package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import java.net.InetSocketAddress;

/**
 * This server as clients see it: a cluster of one broker that leads every partition, in an epoch
 * that never changes.
 */
record Node(int id, String host, int port) {
  /** The epoch of every partition's leader. */
  static final int LEADER_EPOCH = 0;

  static Node of(KafkaDoorConfig config, Exchange exchange) {
    InetSocketAddress reached = exchange.connection().localAddress();
    return new Node(
        config.nodeId(),
        config.advertisedHost().isEmpty()
            ? reached.getAddress().getHostAddress()
            : config.advertisedHost(),
        config.advertisedPort() == 0 ? reached.getPort() : config.advertisedPort());
  }
}
