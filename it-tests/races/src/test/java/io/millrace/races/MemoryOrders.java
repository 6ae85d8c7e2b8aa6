package io.millrace.races;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The classes named {@code *Orders}, which jcstress runs in processes of its own: what the model
 * checker takes for granted, that a thread sees what another has done before, on the memory of this
 * machine and with the code that its compiler makes.
 */
final class MemoryOrders {
  private MemoryOrders() {}

  /**
   * What came of it.
   *
   * @param ended whether jcstress was content
   * @param output what it printed
   */
  record Result(boolean ended, String output) {}

  /**
   * Runs all of them.
   *
   * @param directory where the reports go, and may stay
   * @param ms milliseconds for each test and way to compile it
   */
  static Result run(Path directory, int ms) throws IOException, InterruptedException {
    Path output = Files.createDirectories(directory).resolve("output.txt");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "org.openjdk.jcstress.Main",
                    "-t",
                    "io\\.millrace\\..*Orders",
                    "-f",
                    "1",
                    "-fsm",
                    "1",
                    "-iters",
                    "1",
                    "-time",
                    Integer.toString(ms),
                    // One configuration of the virtual machine, threads where the system puts them.
                    "-jvmArgs",
                    "-Xmx512m",
                    "-sc",
                    "false",
                    "-af",
                    "NONE",
                    "-r",
                    directory.toString()))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      boolean ended = process.waitFor() == 0;
      return new Result(ended, Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      process.destroy();
    }
  }
}
