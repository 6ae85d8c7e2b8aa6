package io.millrace.it.program;

import io.millrace.it.support.Program;
import io.millrace.it.support.Program.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The distribution that the build has made, called through a link in a place of the test. */
final class Distribution {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private final Path millrace;

  private Distribution(Path millrace) {
    this.millrace = millrace;
  }

  /** Where the build unpacked it. */
  static Path home() throws IOException {
    Path target = Path.of("..", "server", "target").toAbsolutePath().normalize();
    if (Files.isDirectory(target)) {
      try (Stream<Path> entries = Files.list(target)) {
        List<Path> homes =
            entries.filter(entry -> Files.isExecutable(entry.resolve("bin/millrace"))).toList();
        if (homes.size() == 1) {
          return homes.get(0);
        }
      }
    }
    throw new IllegalStateException(
        "no distribution in " + target + ": run these tests with 'mvn verify', which builds it");
  }

  /** Links the program into a directory. */
  static Distribution linkedFrom(Path directory) throws IOException {
    Path link = Files.createDirectories(directory).resolve("millrace");
    Files.createSymbolicLink(link, home().resolve("bin/millrace"));
    return new Distribution(link);
  }

  /** Runs a command to its end. */
  Outcome run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(millrace.toString());
    command.addAll(Arrays.asList(arguments));
    return Program.run(TIMEOUT, command);
  }
}
