package io.millrace.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A program that runs beside the test. What it prints is kept in files. */
public final class Program implements AutoCloseable {

  /** How a program ended, and what it had printed. */
  public record Outcome(int exitCode, String out, String err) {

    /** Itself, if the program says that it succeeded. */
    public Outcome successful() {
      assertThat(exitCode).as("exit code; it printed:%n%s%n%s", out, err).isZero();
      return this;
    }
  }

  private final List<String> command;
  private final Process process;
  private final Path out;
  private final Path err;

  private Program(List<String> command, Process process, Path out, Path err) {
    this.command = command;
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Starts a program without input. */
  public static Program start(List<String> command) throws IOException {
    return start(command, "", Path.of("").toAbsolutePath());
  }

  /** Starts a program in a directory, and gives it all of its input. */
  public static Program start(List<String> command, String input, Path directory)
      throws IOException {
    Path in = Files.createTempFile("program", ".in");
    Path out = Files.createTempFile("program", ".out");
    Path err = Files.createTempFile("program", ".err");
    Files.writeString(in, input);
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    List.of(in, out, err).forEach(file -> file.toFile().deleteOnExit());
    return new Program(command, process, out, err);
  }

  /** Runs a program to its end. */
  public static Outcome run(Duration timeout, List<String> command) throws Exception {
    return run(timeout, command, "");
  }

  /** Runs a program to its end. */
  public static Outcome run(Duration timeout, List<String> command, String input) throws Exception {
    try (Program program = start(command, input, Path.of("").toAbsolutePath())) {
      return program.await(timeout);
    }
  }

  /** Waits for the end. */
  public Outcome await(Duration timeout) throws InterruptedException {
    if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      close();
      throw new AssertionError(
          command + " did not end within " + timeout + "; it printed:\n" + out() + "\n" + err());
    }
    return new Outcome(process.exitValue(), out(), err());
  }

  /** Waits until it has printed a text. */
  public void awaitOutput(Duration timeout, String text) {
    Awaitility.await()
        .atMost(timeout)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> !process.isAlive() || out().contains(text));
    assertThat(out()).as("output of %s, whose errors were:%n%s", command, err()).contains(text);
  }

  /** What it has printed so far. */
  public String out() {
    return read(out);
  }

  /** What it has printed as errors so far. */
  public String err() {
    return read(err);
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for a time, and says whether it has ended by itself. */
  boolean endsWithin(Duration time) throws InterruptedException {
    return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Asks it to end, by SIGTERM, and waits for that. */
  public Outcome terminate(Duration timeout) throws InterruptedException {
    process.destroy();
    return await(timeout);
  }

  /** Ends it at once, by SIGKILL. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
