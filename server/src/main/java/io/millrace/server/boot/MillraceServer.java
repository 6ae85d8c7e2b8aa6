package io.millrace.server.boot;

import io.millrace.kernel.Agents;
import io.millrace.server.broker.ServerCore;
import io.millrace.server.config.ConfigException;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.door.admin.AdminServer;
import io.millrace.server.door.admin.auth.AdminToken;
import io.millrace.server.net.NetListener;
import io.millrace.server.net.TransportSecurity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.weld.environment.se.Weld;
import org.jboss.weld.environment.se.WeldContainer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server. Several may run in one process, on data directories of their own.
 *
 * <p>Start: directory and its lock, store (recovers), shards (recover), HTTP, and last the port of
 * the clients, so that whoever can connect is served. {@link #close} goes the other way.
 */
public final class MillraceServer implements AutoCloseable {
  /** How the line begins that says, at the first start, how to log in. */
  public static final String FIRST_LOGIN = "log in to the console at ";

  private static final Logger LOG = LoggerFactory.getLogger(MillraceServer.class);
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Lifecycle lifecycle;
  private final RunFile running;
  private final InetSocketAddress clients;
  private final AdminToken token;
  private final CompletionStage<Void> storeFailed;

  private MillraceServer(
      Lifecycle lifecycle,
      RunFile running,
      InetSocketAddress clients,
      AdminToken token,
      CompletionStage<Void> storeFailed) {
    this.token = token;
    this.lifecycle = lifecycle;
    this.running = running;
    this.clients = clients;
    this.storeFailed = storeFailed;
  }

  /**
   * Starts a server, and returns when it serves.
   *
   * @throws ConfigException when it may not listen where it should
   * @throws IOException when its directory cannot be used, or its ports cannot be bound; the
   *     message says why
   */
  public static MillraceServer start(ServerConfig config) throws IOException {
    Lifecycle lifecycle = new Lifecycle();
    try {
      return start(config, lifecycle);
    } catch (RuntimeException | IOException e) {
      lifecycle.close();
      throw explained(e);
    }
  }

  private static MillraceServer start(ServerConfig config, Lifecycle lifecycle) throws IOException {
    BindPolicy.checkClients(config);
    BindPolicy.checkAdmin(config);
    WeldContainer container = container(config, lifecycle);
    lifecycle.began("container", container);
    // First, because it writes nothing: a certificate that cannot be used is soon told.
    var unused = container.select(TransportSecurity.class).get();
    Path dataDir = container.select(DataDirectory.class).get().path();
    ServerHealth health = container.select(ServerHealth.class).get();
    // Side by side, because HTTP takes as long to set up as everything else together.
    CompletableFuture<AdminServer> http =
        CompletableFuture.supplyAsync(
            () -> startHttp(container), container.select(Agents.class).get().blocking("boot", 1));
    NetListener listener;
    AdminServer admin;
    try {
      listener = container.select(NetListener.class).get();
    } finally {
      admin = http.join();
    }
    listener.start();
    health.onStarted();
    lifecycle.began("readiness", health::onStopping);
    RunFile running =
        RunFile.ofThisProcess(
            uri("millrace", listener.address()),
            uri("http", new InetSocketAddress(config.admin().host(), admin.port())));
    running.write(dataDir);
    lifecycle.began("run file", () -> RunFile.delete(dataDir));
    LOG.info("serving {} from {}", running.nativeUri(), dataDir);
    return new MillraceServer(
        lifecycle,
        running,
        listener.address(),
        container.select(AdminToken.class).get(),
        container.select(ServerCore.class).get().whenStoreFailed());
  }

  private static AdminServer startHttp(WeldContainer container) {
    try {
      AdminServer server = container.select(AdminServer.class).get();
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static WeldContainer container(ServerConfig config, Lifecycle lifecycle) {
    return new Weld("millrace-" + NUMBER.getAndIncrement())
        .disableDiscovery()
        .skipShutdownHook()
        .property("org.jboss.weld.bootstrap.concurrentDeployment", false)
        .property("org.jboss.weld.executor.threadPoolType", "NONE")
        .addExtension(new Given().with(ServerConfig.class, config).with(Lifecycle.class, lifecycle))
        .addBeanClasses(
            FoundationWiring.class,
            StorageWiring.class,
            CoreWiring.class,
            DoorWiring.class,
            TlsWiring.class,
            SecurityWiring.class,
            AdminWiring.class)
        .initialize();
  }

  private static String uri(String scheme, InetSocketAddress address) {
    String host =
        address.getAddress().isAnyLocalAddress()
            ? "127.0.0.1"
            : address.getAddress().getHostAddress();
    return scheme
        + "://"
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":"
        + address.getPort();
  }

  /** Finds, below what the container and futures add, the failure that says what to do. */
  private static IOException explained(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigException wrong) {
        throw wrong;
      }
      if (cause instanceof IOException io) {
        return io;
      }
    }
    if (failure instanceof CompletionException wrapped && wrapped.getCause() != null) {
      return new IOException(wrapped.getCause());
    }
    return new IOException(failure);
  }

  /** The line that tells people and scripts where the server is. */
  public String readyLine() {
    return "ready " + running.nativeUri() + " " + running.httpUri() + " pid=" + running.pid();
  }

  /**
   * How to log in to the console, at a server's first start; the secret in it is for the terminal
   * and must not be logged.
   */
  public Optional<String> firstLogin() {
    return token.created()
        ? Optional.of(FIRST_LOGIN + running.httpUri() + "/#token=" + token.text())
        : Optional.empty();
  }

  /** The port of the console and the admin API. */
  public int httpPort() {
    return URI.create(running.httpUri()).getPort();
  }

  /**
   * Completes when the store has failed and the process should be started anew; what was
   * acknowledged is recovered then. On a thread that must not be blocked.
   */
  public CompletionStage<Void> whenStoreFailed() {
    return storeFailed;
  }

  /** The port of Kafka and JMS clients. */
  public int port() {
    return clients.getPort();
  }

  /** Ends the server in order: clients first, the store last. Idempotent. */
  @Override
  public void close() {
    LOG.info("stopping");
    lifecycle.close();
    LOG.info("stopped");
  }
}
