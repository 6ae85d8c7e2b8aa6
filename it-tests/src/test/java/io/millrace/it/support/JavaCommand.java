package io.millrace.it.support;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines of Java programs. */
public final class JavaCommand {
  private JavaCommand() {}

  /** The class path of the tests, with the server and everything that it needs. */
  public static String testClassPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** Everything in a directory of libraries that a module beside this one has collected. */
  public static String collected(String module) {
    Path libraries = Path.of(module, "target", "lib").toAbsolutePath();
    if (!Files.isDirectory(libraries)) {
      throw new IllegalStateException(
          libraries + " is missing: build with 'mvn -pl it-tests -am …', which collects it");
    }
    return libraries + File.separator + "*";
  }

  /** Runs the Java that runs the tests, on a small heap and quick to start. */
  public static List<String> of(String classPath, String mainClass, String... arguments) {
    return withHeap("512m", classPath, mainClass, arguments);
  }

  /** As {@link #of}, with another heap; the program ends when that is not enough. */
  public static List<String> withHeap(
      String heap, String classPath, String mainClass, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xshare:auto"));
    command.addAll(List.of("-Xmx" + heap, "-XX:+ExitOnOutOfMemoryError"));
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(List.of(arguments));
    return command;
  }
}
