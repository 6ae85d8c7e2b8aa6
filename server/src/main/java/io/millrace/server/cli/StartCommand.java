package io.millrace.server.cli;

import io.millrace.server.boot.LogSetup;
import io.millrace.server.boot.MillraceServer;
import io.millrace.server.boot.StartWatch;
import io.millrace.server.config.ConfigReader;
import io.millrace.server.config.ConfigSource;
import io.millrace.server.config.ServerConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a server and prints one line when it serves:",
      "  ready millrace://HOST:PORT http://HOST:PORT pid=PID",
      "Runs in the foreground until it is told to end, by Ctrl-C, SIGTERM or 'millrace stop'."
    })
final class StartCommand implements Callable<Integer> {
  private static final Duration SLOW_START = Duration.ofSeconds(30);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--data", paramLabel = "DIR", description = "Data directory. Default: ./data")
  private @Nullable String data;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port of Kafka and JMS clients; 0 takes a free one. Default: 9092")
  private @Nullable String port;

  @Option(
      names = "--http-port",
      paramLabel = "N",
      description = "Port of console, admin API and metrics; 0 takes a free one. Default: 8080")
  private @Nullable String httpPort;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file. Default: conf/millrace.properties beside bin/")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any setting of docs/configuration.md; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--background",
      description = "Returns as soon as the server serves, and leaves it running.")
  private boolean background;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long --background waits for that. Default: ${DEFAULT-VALUE}")
  private int timeoutSeconds;

  @Override
  public Integer call() throws Exception {
    ServerConfig server = ConfigReader.read(sources());
    Path directory = Path.of(server.storage().dataDir()).toAbsolutePath().normalize();
    PrintWriter out = spec.commandLine().getOut();
    if (background) {
      List<String> arguments =
          new ArrayList<>(spec.root().commandLine().getParseResult().originalArgs());
      arguments.remove("--background");
      out.println(BackgroundStart.run(directory, arguments, timeoutSeconds));
      out.flush();
      return ExitCodes.OK;
    }
    return serve(server, directory, out);
  }

  private List<ConfigSource> sources() {
    List<ConfigSource> sources = new ArrayList<>();
    if (config != null) {
      sources.add(ConfigSource.file(config));
    } else {
      String home = System.getProperty("millrace.home", "");
      Path ordinary = Path.of(home, "conf", "millrace.properties");
      if (!home.isEmpty() && Files.exists(ordinary)) {
        sources.add(ConfigSource.file(ordinary));
      }
    }
    sources.add(ConfigSource.environment(System.getenv()));
    sources.add(new ConfigSource("--set", settings));
    Map<String, String> flags = new LinkedHashMap<>();
    put(flags, "storage.data-dir", data);
    put(flags, "network.port", port);
    put(flags, "admin.port", httpPort);
    sources.add(new ConfigSource("the command line", flags));
    return sources;
  }

  private static void put(Map<String, String> flags, String name, @Nullable String value) {
    if (value != null) {
      flags.put(name, value);
    }
  }

  private static int serve(ServerConfig config, Path directory, PrintWriter out)
      throws InterruptedException {
    LogSetup.apply(config.log(), directory);
    MillraceServer server;
    StartWatch watch = StartWatch.begin(SLOW_START, System.err);
    try {
      server = MillraceServer.start(config);
    } catch (IOException e) {
      throw new CommandFailure(ExitCodes.FAILED, "cannot start: " + e.getMessage());
    } finally {
      watch.close();
    }
    CountDownLatch storeFailed = new CountDownLatch(1);
    AtomicInteger exitCode = new AtomicInteger(ExitCodes.OK);
    // A signal runs the hook; ending by halt makes an orderly end exit with 0, not with 143.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  Runtime.getRuntime().halt(exitCode.get());
                },
                "shutdown"));
    // The secret is for a person's eyes; elsewhere the lines end in a file that others may read.
    server
        .firstLogin()
        .ifPresent(
            login ->
                System.err.println(
                    Terminal.canShow()
                        ? login
                        : "the admin token is in " + directory.resolve("admin-token")));
    out.println(server.readyLine());
    out.flush();
    server
        .whenStoreFailed()
        .thenRun(
            () -> {
              exitCode.set(ExitCodes.FAILED);
              storeFailed.countDown();
            });
    storeFailed.await();
    throw new CommandFailure(
        ExitCodes.FAILED,
        "the store has failed, so the server ends; see its log, mend the disk and start it again:"
            + " what was acknowledged is kept");
  }
}
