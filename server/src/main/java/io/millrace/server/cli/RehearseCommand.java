package io.millrace.server.cli;

import io.millrace.server.boot.MillraceServer;
import io.millrace.server.config.ConfigReader;
import io.millrace.server.config.ConfigSource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * Starts a server on a directory that it deletes again, so that the launcher can archive the
 * classes which a start loads.
 */
@Command(
    name = "rehearse",
    hidden = true,
    description = "Starts and ends a server for 'millrace prepare'.")
final class RehearseCommand implements Callable<Integer> {

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("millrace-rehearsal");
    try {
      ConfigSource settings =
          new ConfigSource(
              "the rehearsal",
              Map.of(
                  "storage.data-dir", directory.toString(),
                  "network.port", "0",
                  "admin.port", "0",
                  "log.file", "false"));
      try (MillraceServer server = MillraceServer.start(ConfigReader.read(List.of(settings)))) {
        ask(server.readyLine().split(" ", -1)[2] + "/health/ready");
      }
    } finally {
      delete(directory);
    }
    return ExitCodes.OK;
  }

  private static void ask(String uri) throws IOException, InterruptedException {
    int status =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.discarding())
            .statusCode();
    if (status != 200) {
      throw new CommandFailure(ExitCodes.FAILED, uri + " answered with HTTP status " + status);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
