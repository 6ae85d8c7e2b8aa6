package io.millrace.server.cli;

import io.millrace.server.boot.MillraceServer;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Starts the server as a process of its own that outlives this one. */
final class BackgroundStart {
  private static final int LINES_OF_A_FAILURE = 20;

  private BackgroundStart() {}

  /**
   * Starts it and waits until it serves.
   *
   * @param arguments the arguments of a start in the foreground
   * @return its ready line
   * @throws CommandFailure when it ends before that, with what it said
   */
  static String run(Path dataDir, List<String> arguments) throws IOException {
    Path log = Files.createDirectories(dataDir.resolve("logs")).resolve("console.log");
    Files.deleteIfExists(log);
    // The first start says here how to log in, which is for nobody else to read.
    Files.createFile(log, ownerOnly(log));
    Process process =
        new ProcessBuilder(command(arguments))
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectError(log.toFile())
            .start();
    // Not closed: the server goes on writing to a pipe that nobody reads once this process ended.
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("ready ")) {
        relayFirstLogin(log);
        return line;
      }
    }
    List<String> said = Files.readAllLines(log);
    String reason =
        String.join("\n", said.subList(Math.max(0, said.size() - LINES_OF_A_FAILURE), said.size()));
    throw new CommandFailure(
        ExitCodes.FAILED, "the server ended before it was ready; it said:\n" + reason);
  }

  private static FileAttribute<?>[] ownerOnly(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static void relayFirstLogin(Path log) throws IOException {
    for (String line : Files.readAllLines(log)) {
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
