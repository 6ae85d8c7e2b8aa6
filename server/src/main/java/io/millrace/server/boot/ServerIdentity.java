package io.millrace.server.boot;

import io.millrace.server.broker.Broker;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.config.Version;
import io.millrace.server.door.admin.port.ServerFacts;
import io.millrace.server.net.NetListener;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/** What the server says about itself. Any thread, once the listener is bound. */
record ServerIdentity(
    Broker broker,
    ServerConfig config,
    Supplier<NetListener> listener,
    DataDirectory directory,
    long startedAtMs) {

  ServerFacts facts() {
    InetSocketAddress address = listener.get().address();
    return new ServerFacts(
        Version.number(),
        broker.catalog().clusterId().toString(),
        0,
        address.getHostString() + ":" + address.getPort(),
        directory.path().toString(),
        config.shards().count(),
        startedAtMs);
  }
}
