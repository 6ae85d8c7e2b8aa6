package io.millrace.server.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a new password comes from; never the command line, which others can see. */
final class PasswordOption {
  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description =
          "File whose first line is the password; - is the standard input. Default: asks for it")
  private @Nullable Path file;

  String read() throws IOException {
    Path from = file;
    String password = from == null ? ask() : firstLine(from);
    if (password.isEmpty()) {
      throw new CommandFailure(ExitCodes.USAGE, "the password is empty");
    }
    return password;
  }

  private static String firstLine(Path from) throws IOException {
    try (BufferedReader lines =
        from.toString().equals("-")
            ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
            : Files.newBufferedReader(from, StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      return line == null ? "" : line;
    }
  }

  private static String ask() {
    Console console =
        Optional.ofNullable(Terminal.canAsk() ? System.console() : null)
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCodes.USAGE,
                        "there is no terminal to ask for the password: give --password-file"));
    char[] first = console.readPassword("Password: ");
    char[] second = console.readPassword("Once more: ");
    if (first == null || !Arrays.equals(first, second)) {
      throw new CommandFailure(ExitCodes.USAGE, "the two passwords differ");
    }
    return new String(first);
  }
}
