package io.millrace.server.door.admin;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.console.ConsoleAssets;
import io.millrace.kernel.Agents;
import io.millrace.kernel.Randomness;
import io.millrace.server.door.admin.auth.AccessControl;
import io.millrace.server.door.admin.auth.AdminToken;
import io.millrace.server.door.admin.auth.HostAllowList;
import io.millrace.server.door.admin.auth.LoginThrottle;
import io.millrace.server.door.admin.auth.Sessions;
import io.millrace.server.door.admin.http.ConsoleHandler;
import io.millrace.server.door.admin.http.GuardHandler;
import io.millrace.server.door.admin.http.Health;
import io.millrace.server.door.admin.http.HealthHandler;
import io.millrace.server.door.admin.http.MetricsHandler;
import io.millrace.server.door.admin.http.NotFoundHandler;
import io.millrace.server.door.admin.http.ProblemErrorHandler;
import io.millrace.server.door.admin.live.DestinationMetrics;
import io.millrace.server.door.admin.live.LiveDestinations;
import io.millrace.server.door.admin.live.StreamLimit;
import io.millrace.server.door.admin.port.AdminBroker;
import io.millrace.server.door.admin.rest.AccessFilter;
import io.millrace.server.door.admin.rest.AdminApi;
import jakarta.servlet.DispatcherType;
import jakarta.validation.Validator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.concurrent.Executor;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jboss.resteasy.core.ResteasyDeploymentImpl;
import org.jboss.resteasy.plugins.server.servlet.HttpServlet30Dispatcher;
import org.jboss.resteasy.spi.ResteasyDeployment;

/**
 * The HTTP port. Health, metrics and the console's files are answered as soon as it listens; the
 * REST machinery, which takes longer to set up, is set up meanwhile, and the first requests to it
 * wait for that.
 *
 * <p>{@link #start} and {@link #close} belong to one thread.
 */
public final class AdminServer implements AutoCloseable {
  private static final String API_PATH = "/api";
  private static final String REST_PREFIX = "/v1";
  private static final long IDLE_MS = 120_000;
  private static final int SPARE_THREAD_IDLE_MS = 10_000;
  private static final long STOP_MS = 2_000;

  private final Server server;
  private final ServerConnector connector;
  private final ServletHolder rest;
  private final Executor executor;
  private final Agents agents;
  private final LiveDestinations live;
  private Agents.Handle sampling = noHandle();

  /**
   * @param token opens the API
   * @param registry what {@code /metrics} shows; destinations' metrics are added to it
   * @param validator checks input
   * @param random must be cryptographically strong
   */
  public AdminServer(
      AdminOptions options,
      AdminBroker broker,
      Health health,
      AdminToken token,
      PrometheusMeterRegistry registry,
      Validator validator,
      Agents agents,
      Randomness random) {
    this.agents = agents;
    this.executor = agents.blocking("admin-work", 2);
    this.live = new LiveDestinations(broker, agents.clock());
    AccessControl access =
        new AccessControl(
            token,
            new Sessions(
                agents.clock(),
                random,
                options.maxSessions(),
                options.sessionIdle(),
                options.sessionLongest()),
            new LoginThrottle(agents.clock()));
    AdminApi api =
        new AdminApi(
            new AdminApi.Parts(
                broker,
                live,
                access,
                health,
                validator,
                new StreamLimit(options.maxStreams()),
                executor,
                agents.clock(),
                random));
    DestinationMetrics.register(registry, broker, options.maxMeteredDestinations());
    this.rest = new ServletHolder(new HttpServlet30Dispatcher());
    this.server = new Server(threads(options));
    this.connector = connector(server, options);
    GuardHandler guard = new GuardHandler(new HostAllowList(options.allowedHosts()));
    // The order matters: what must answer while everything else is busy comes first.
    guard.setHandler(
        new Handler.Sequence(
            new HealthHandler(health),
            new MetricsHandler(registry, access, options.openMetrics()),
            api(api, access, options),
            new ConsoleHandler(new ConsoleAssets()),
            new NotFoundHandler()));
    server.setErrorHandler(new ProblemErrorHandler());
    server.setHandler(guard);
  }

  private static QueuedThreadPool threads(AdminOptions options) {
    QueuedThreadPool threads = new QueuedThreadPool(options.threads(), 2, SPARE_THREAD_IDLE_MS);
    threads.setName("admin-http");
    threads.setReservedThreads(0);
    threads.setDaemon(true);
    return threads;
  }

  private static ServerConnector connector(Server server, AdminOptions options) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(options.host());
    connector.setPort(options.port());
    connector.setIdleTimeout(IDLE_MS);
    server.addConnector(connector);
    server.setStopTimeout(STOP_MS);
    return connector;
  }

  private Handler api(AdminApi api, AccessControl access, AdminOptions options) {
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath(API_PATH);
    context.setErrorHandler(new ProblemErrorHandler());
    ResteasyDeployment deployment = new ResteasyDeploymentImpl();
    deployment.setResources(new ArrayList<>(api.resources()));
    deployment.setProviders(new ArrayList<>(api.providers()));
    context.getServletContext().setAttribute(ResteasyDeployment.class.getName(), deployment);
    context.addFilter(
        new FilterHolder(new AccessFilter(access)), "/*", EnumSet.of(DispatcherType.REQUEST));
    rest.setAsyncSupported(true);
    rest.setInitParameter("resteasy.servlet.mapping.prefix", REST_PREFIX);
    context.addServlet(rest, REST_PREFIX + "/*");
    SizeLimitHandler limit = new SizeLimitHandler(options.maxBodyBytes(), -1);
    limit.setHandler(context);
    return limit;
  }

  /**
   * Binds the port and begins to answer.
   *
   * @throws IOException when the port cannot be bound
   */
  public void start() throws IOException {
    try {
      server.start();
    } catch (IOException e) {
      close();
      throw e;
    } catch (Exception e) {
      close();
      throw new IOException("cannot start the HTTP port: " + e.getMessage(), e);
    }
    sampling = agents.start(live);
    executor.execute(this::prepareRest);
  }

  private void prepareRest() {
    try {
      rest.getServlet();
    } catch (Exception e) {
      throw new IllegalStateException("cannot set up the admin API", e);
    }
  }

  /** The port it listens on. */
  public int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() {
    sampling.close();
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("cannot stop the HTTP port", e);
    }
  }

  private static Agents.Handle noHandle() {
    return new Agents.Handle() {
      @Override
      public void signal() {
        // Not started.
      }

      @Override
      public void close() {
        // Not started.
      }
    };
  }
}
