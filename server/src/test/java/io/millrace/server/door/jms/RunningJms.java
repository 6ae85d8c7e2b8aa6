package io.millrace.server.door.jms;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.kernel.Clock;
import io.millrace.kernel.Randomness;
import io.millrace.kernel.ThreadedAgents;
import io.millrace.log.Decompressor;
import io.millrace.log.file.DiskFileSystem;
import io.millrace.log.local.LocalStore;
import io.millrace.log.local.LocalStoreConfig;
import io.millrace.server.broker.Broker;
import io.millrace.server.broker.ServerCore;
import io.millrace.server.broker.ServerCoreConfig;
import io.millrace.server.cursor.CursorStats;
import io.millrace.server.net.NetConfig;
import io.millrace.server.net.NetListener;
import io.millrace.server.net.TransportSecurity;
import io.millrace.server.shard.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The server's core behind the JMS door, on a free port and a real directory. */
final class RunningJms implements AutoCloseable {
  private static final int START_SECONDS = 30;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ThreadedAgents agents = new ThreadedAgents(Clock.SYSTEM);
  private final LocalStore store;
  private final ServerCore core;
  private final JmsDoor door;
  private final NetListener listener;

  RunningJms(Path directory) throws Exception {
    this(directory, JmsDoorConfig.DEFAULT);
  }

  RunningJms(Path directory, JmsDoorConfig config) throws Exception {
    this(directory, config, NetConfig.DEFAULT);
  }

  RunningJms(Path directory, JmsDoorConfig config, NetConfig net) throws Exception {
    store =
        new LocalStore(
            new DiskFileSystem(directory),
            agents,
            LocalStoreConfig.DEFAULT,
            Decompressor.NONE,
            Randomness.secure());
    core = new ServerCore(ServerCoreConfig.DEFAULT, agents, store, Randomness.secure());
    core.start();
    core.whenReady().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
    door = new JmsDoor(core.broker(), config, registry, Clock.SYSTEM, Randomness.secure());
    listener = new NetListener(net, TransportSecurity.NONE, List.of(door), registry, agents);
    listener.start();
  }

  /** How many clients the door knows. */
  int clients() {
    return door.clients();
  }

  /** What a gauge shows now. */
  double gauge(String name) {
    return registry.get(name).gauge().value();
  }

  /** What a counter has counted. */
  double count(String name) {
    return registry.get(name).counter().count();
  }

  int port() {
    return listener.port();
  }

  Broker broker() {
    return core.broker();
  }

  MillraceConnectionFactory factory() throws Exception {
    return new MillraceConnectionFactory("millrace://127.0.0.1:" + port());
  }

  <R> R ask(Consumer<Reply<R>> request) throws Exception {
    CompletableFuture<R> answer = new CompletableFuture<>();
    request.accept(
        new Reply<>() {
          @Override
          public void ok(R response) {
            answer.complete(response);
          }

          @Override
          public void fail(RuntimeException error) {
            answer.completeExceptionally(error);
          }
        });
    return answer.get(START_SECONDS, TimeUnit.SECONDS);
  }

  List<CursorStats> cursors() throws Exception {
    return ask(reply -> broker().cursors().stats(reply));
  }

  @Override
  public void close() throws IOException {
    listener.close();
    core.close();
    store.close();
    agents.close();
  }
}
