package io.millrace.server.cli;

import io.millrace.server.boot.MillraceServer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts the server as a process of its own that outlives this one. */
final class BackgroundStart {
  private static final int LINES_OF_A_FAILURE = 20;
  private static final long LOOK_MS = 20;

  private BackgroundStart() {}

  /**
   * Starts it and waits until it serves.
   *
   * @param arguments the arguments of a start in the foreground
   * @param timeoutSeconds how long to wait; a server that takes longer is left to go on
   * @return its ready line
   * @throws CommandFailure when it ends before that, with what it said, or takes too long
   */
  static String run(Path dataDir, List<String> arguments, int timeoutSeconds)
      throws IOException, InterruptedException {
    Path log = Files.createDirectories(dataDir.resolve("logs")).resolve("console.log");
    Files.deleteIfExists(log);
    // The first start says here how to log in, which is for nobody else to read.
    Files.createFile(log, ownerOnly(log));
    Process process =
        new ProcessBuilder(command(arguments))
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    long startNs = System.nanoTime();
    while (System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(timeoutSeconds)) {
      boolean ended = process.waitFor(LOOK_MS, TimeUnit.MILLISECONDS);
      List<String> said = wholeLines(log);
      for (String line : said) {
        if (line.startsWith("ready ")) {
          relayFirstLogin(said);
          return line;
        }
      }
      if (ended) {
        throw new CommandFailure(
            ExitCodes.FAILED, "the server ended before it was ready; it said:\n" + last(said));
      }
    }
    throw new CommandFailure(
        ExitCodes.FAILED,
        "the server (process "
            + process.pid()
            + ") is not ready after "
            + timeoutSeconds
            + " s and goes on starting; 'millrace status' tells when it serves, and "
            + log
            + " holds what it said");
  }

  /** A last line that is still being written is left out. */
  private static List<String> wholeLines(Path log) throws IOException {
    String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  private static String last(List<String> said) {
    return String.join(
        "\n", said.subList(Math.max(0, said.size() - LINES_OF_A_FAILURE), said.size()));
  }

  private static FileAttribute<?>[] ownerOnly(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static void relayFirstLogin(List<String> said) {
    for (String line : said) {
      if (line.startsWith(MillraceServer.FIRST_LOGIN)) {
        System.err.println(line);
      }
    }
  }

  private static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      command.add("/usr/bin/setsid"); // so that closing the terminal does not end the server
    }
    String launcher = System.getProperty("millrace.launcher", "");
    if (!launcher.isEmpty()) {
      command.add(launcher);
    } else {
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("-cp");
      command.add(System.getProperty("java.class.path"));
      command.add("io.millrace.server.Main");
    }
    command.addAll(arguments);
    return command;
  }
}
