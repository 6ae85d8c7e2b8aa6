package io.millrace.server.cli;

import io.millrace.server.boot.RunFile;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server a command talks to, and how it shows who it is. */
final class ServerOptions {
  private static final String TOKEN_FILE = "admin-token";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "data",
      description = "Data directory of a server on this machine. Default: ./data")
  private Path data = Path.of("data");

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "${env:MILLRACE_URL}",
      description =
          "HTTP address of the server, such as http://127.0.0.1:8080. Default: that of the"
              + " server of the data directory, or the variable MILLRACE_URL")
  private @Nullable URI url;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      defaultValue = "${env:MILLRACE_TOKEN}",
      description =
          "Admin token. Default: the variable MILLRACE_TOKEN, or the file admin-token of the"
              + " data directory")
  private @Nullable String token;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  boolean json() {
    return json;
  }

  Path dataDir() {
    return data.toAbsolutePath().normalize();
  }

  /** Where the server's data directory says it is; empty when no server runs there. */
  Optional<RunFile> runFile() {
    try {
      return RunFile.read(data);
    } catch (IOException e) {
      throw new CommandFailure(ExitCodes.FAILED, e.getMessage() == null ? "" : e.getMessage());
    }
  }

  /**
   * A client of the server's admin API.
   *
   * @throws CommandFailure when no server is named and none runs on the data directory
   */
  AdminClient client() {
    return new AdminClient(address(), token());
  }

  private URI address() {
    if (url != null) {
      return url;
    }
    return runFile()
        .filter(run -> run.process().isPresent())
        .map(run -> URI.create(run.httpUri()))
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCodes.NOT_RUNNING,
                    "no server runs on "
                        + dataDir()
                        + "; start one with 'millrace start', or name another with --data or"
                        + " --url"));
  }

  private Optional<String> token() {
    if (token != null && !token.isBlank()) {
      return Optional.of(token.strip());
    }
    Path file = data.resolve(TOKEN_FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(file, StandardCharsets.US_ASCII).strip());
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCodes.NOT_ALLOWED, "cannot read the admin token in " + file + ": " + e);
    }
  }
}
