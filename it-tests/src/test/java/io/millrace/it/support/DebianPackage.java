package io.millrace.it.support;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Programs that come with the operating system. */
public final class DebianPackage {
  private static final Duration INSTALLATION = Duration.ofMinutes(5);

  private DebianPackage() {}

  /**
   * Makes sure that a program is there. Installs its package when the tests run as root; fails
   * otherwise, saying what to do. Never lets a test pass by default.
   */
  public static void require(String program, String packageName) throws Exception {
    require(program, packageName, () -> isThere(program));
  }

  /** As {@link #require(String, String)}, for a file that is no program, such as a header of C. */
  public static void requireFile(Path file, String packageName) throws Exception {
    require(file.toString(), packageName, () -> Files.isReadable(file));
  }

  private static void require(String what, String packageName, BooleanSupplier there)
      throws Exception {
    if (there.getAsBoolean()) {
      return;
    }
    String how = "apt-get install " + packageName;
    if (!System.getProperty("user.name").equals("root")) {
      throw new AssertionError("this test needs " + what + "; install it: " + how);
    }
    Program.run(INSTALLATION, List.of("apt-get", "update", "-q")).successful();
    Program.run(INSTALLATION, List.of("apt-get", "install", "-q", "-y", packageName)).successful();
    if (!there.getAsBoolean()) {
      throw new AssertionError(what + " is still missing after: " + how);
    }
  }

  private static boolean isThere(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }
}
