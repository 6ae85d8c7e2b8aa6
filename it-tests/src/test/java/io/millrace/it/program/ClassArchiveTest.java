package io.millrace.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher uses an archive of classes only with the jars that it was made of: with others the
 * Java machine would run old classes beside new ones. The machine here only tells its arguments.
 */
class ClassArchiveTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final FileTime DATE = FileTime.fromMillis(1_700_000_000_000L);

  @TempDir private Path home = Path.of("");
  private Path java = Path.of("");

  @BeforeEach
  void unpack() throws Exception {
    Path bin = Files.createDirectories(home.resolve("bin"));
    for (String name : List.of("millrace", "find-java")) {
      Files.copy(Distribution.home().resolve("bin").resolve(name), bin.resolve(name));
    }
    Files.createDirectories(home.resolve("lib"));
    write("millrace-server.jar", "the first build");
    write("library-1.0.jar", "a library");
    java = Files.createDirectories(home.resolve("jdk/bin")).resolve("java");
    Files.writeString(home.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
    Files.writeString(
        java,
        """
        #!/bin/sh
        for argument; do
          echo "$argument"
          case $argument in
            -XX:AOTCacheOutput=*) echo classes > "${argument#*=}" ;;
          esac
        done
        """);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
  }

  private void write(String jar, String contents) throws Exception {
    Path file = home.resolve("lib").resolve(jar);
    Files.writeString(file, contents);
    Files.setLastModifiedTime(file, DATE);
  }

  private List<String> arguments(String command) throws Exception {
    return Program.run(
            TIMEOUT,
            List.of(
                "env", "MILLRACE_JAVA=" + java, home.resolve("bin/millrace").toString(), command))
        .successful()
        .out()
        .lines()
        .toList();
  }

  private void assertThatAnArchiveIsUsed(boolean used) throws Exception {
    Stream<String> options =
        arguments("version").stream().filter(o -> o.startsWith("-XX:AOTCache"));
    assertThat(options).hasSize(used ? 1 : 0);
  }

  @Test
  void anArchiveIsUsedWithTheJarsItWasMadeOf() throws Exception {
    assertThatAnArchiveIsUsed(false);
    arguments("prepare");
    assertThatAnArchiveIsUsed(true);
  }

  @Test
  void anotherBuildWithTheSameDatesAndSizesDoesNotUseIt() throws Exception {
    arguments("prepare");
    write("millrace-server.jar", "the other build");
    assertThatAnArchiveIsUsed(false);
    arguments("prepare");
    assertThatAnArchiveIsUsed(true);
    try (Stream<Path> files = Files.list(home.resolve("lib"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".jsa"))).hasSize(1);
    }
  }

  @Test
  void otherLibrariesDoNotUseIt() throws Exception {
    arguments("prepare");
    write("library-1.1.jar", "a library");
    assertThatAnArchiveIsUsed(false);
  }
}
