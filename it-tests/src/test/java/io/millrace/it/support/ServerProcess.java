package io.millrace.it.support;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server as a process of its own, on free ports and a directory. */
public final class ServerProcess implements AutoCloseable {
  private static final String HEAP = "512m";
  private static final Duration START = Duration.ofMinutes(2);
  private static final Pattern READY =
      Pattern.compile("ready millrace://\\S+:(\\d+) (\\S*) pid=\\d+\\s");

  private final Path dataDirectory;
  private final String heap;
  private final List<String> settings;
  private Program program;
  private int port;
  private String http = "";

  private ServerProcess(String heap, Path dataDirectory, List<String> settings) throws IOException {
    this.heap = heap;
    this.dataDirectory = dataDirectory;
    this.settings = settings;
    this.program = launch();
  }

  /**
   * Starts a server and waits until it serves.
   *
   * @param settings as {@code KEY=VALUE}
   */
  public static ServerProcess start(Path dataDirectory, String... settings) throws IOException {
    return startWithHeap(HEAP, dataDirectory, settings);
  }

  /**
   * Starts a server whose heap is another than by default.
   *
   * @param heap as the option {@code -Xmx} wants it
   */
  public static ServerProcess startWithHeap(String heap, Path dataDirectory, String... settings)
      throws IOException {
    return new ServerProcess(heap, dataDirectory, Arrays.asList(settings));
  }

  private Program launch() throws IOException {
    Program started = begin();
    started.awaitOutput(START, "pid=");
    Matcher ready = READY.matcher(started.out());
    if (!ready.find()) {
      throw new AssertionError("an unknown ready line: " + started.out());
    }
    port = Integer.parseInt(ready.group(1));
    http = ready.group(2);
    return started;
  }

  private Program begin() throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("start", "--data", dataDirectory.toString()));
    arguments.addAll(List.of("--port", Integer.toString(port), "--http-port", "0"));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return Program.start(
        JavaCommand.withHeap(
            heap,
            JavaCommand.testClassPath(),
            "io.millrace.server.Main",
            arguments.toArray(String[]::new)));
  }

  /** The port of Kafka and JMS clients; the same after a restart. */
  public int port() {
    return port;
  }

  /** Where Kafka clients connect. */
  public String bootstrap() {
    return "127.0.0.1:" + port;
  }

  /** Where the admin API is. */
  public URI http() {
    return URI.create(http);
  }

  /** What it has written to its log. */
  public List<String> log() throws IOException {
    return Files.readAllLines(dataDirectory.resolve("logs").resolve("millrace.log"));
  }

  public long pid() {
    return program.pid();
  }

  /** Ends it at once, by SIGKILL. */
  public void kill() throws InterruptedException {
    program.kill();
  }

  /** Stops it where it is, by SIGSTOP: its connections stay, and nothing happens on them. */
  public void pause() throws IOException, InterruptedException {
    signal("-STOP");
  }

  /** Lets it go on, by SIGCONT. */
  public void goOn() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    int code = new ProcessBuilder("kill", name, Long.toString(pid())).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException("no signal " + name + " to process " + pid());
    }
  }

  /** Ends it in order, by SIGTERM. */
  public Program.Outcome terminate() throws InterruptedException {
    return program.terminate(START);
  }

  /** Starts it again on the same port and directory, and waits until it serves. */
  public void startAgain() throws IOException {
    checkEnded();
    program = launch();
  }

  /**
   * Starts it again on the same port and directory, and kills it when its time is over, whether it
   * serves by then or not.
   *
   * @return whether it served
   */
  public boolean startAgainAndKill(Duration life) throws Exception {
    checkEnded();
    program = begin();
    if (program.endsWithin(life)) {
      throw new AssertionError("it ended by itself: " + program.out() + program.err());
    }
    program.kill();
    return READY.matcher(program.out()).find();
  }

  private void checkEnded() {
    if (program.isAlive()) {
      throw new IllegalStateException("it still runs");
    }
  }

  @Override
  public void close() {
    program.close();
  }
}
