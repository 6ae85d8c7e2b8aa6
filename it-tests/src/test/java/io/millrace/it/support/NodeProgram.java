package io.millrace.it.support;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The Node applications of {@code src/test/NAME}, each with its own pinned libraries. */
public final class NodeProgram {
  private static final String MAIN = "client.mjs";
  private static final String LOCK = "package-lock.json";
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private NodeProgram() {}

  /** Installs the libraries of an application, if need be, and runs it to its end. */
  public static Program.Outcome run(String name, String... arguments) throws Exception {
    Path installed = Path.of("target", name);
    install(Path.of("src", "test", name), installed);
    List<String> command = new ArrayList<>(List.of("node", installed.resolve(MAIN).toString()));
    command.addAll(List.of(arguments));
    return Program.run(TIMEOUT, command);
  }

  private static void install(Path sources, Path installed) throws Exception {
    Files.createDirectories(installed);
    boolean there =
        Files.isDirectory(installed.resolve("node_modules"))
            && Files.mismatch(sources.resolve(LOCK), installed.resolve(LOCK)) < 0;
    for (String file : List.of("package.json", LOCK, MAIN)) {
      Files.copy(
          sources.resolve(file), installed.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    if (!there) {
      Program.run(
              TIMEOUT,
              List.of(
                  "npm",
                  "ci",
                  "--prefix",
                  installed.toString(),
                  "--ignore-scripts",
                  "--no-audit",
                  "--no-fund"))
          .successful();
    }
  }
}
