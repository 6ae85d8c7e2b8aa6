package io.millrace.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the launcher gives to the Java machine, which here only tells its arguments. An archive of
 * classes is used only with the jars that it was made of: with others the machine would run old
 * classes beside new ones.
 */
class LauncherTest {
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

  private List<String> arguments(String command, String... environment) throws Exception {
    List<String> line = new ArrayList<>(List.of("env", "MILLRACE_JAVA=" + java));
    line.addAll(Arrays.asList(environment));
    line.add(home.resolve("bin/millrace").toString());
    line.add(command);
    return Program.run(TIMEOUT, line).successful().out().lines().toList();
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

  @ParameterizedTest
  @CsvSource({
    "512m, 64, 78",
    "2g, 64, 78",
    "192m, 24, 38",
    "98304K, 12, 26",
    "67108864, 8, 22",
    "16m, 2, 16"
  })
  void theYoungGenerationIsAnEighthOfTheHeapAndBounded(String heap, int young, int first)
      throws Exception {
    assertThat(arguments("start", "MILLRACE_HEAP=" + heap))
        .contains("-Xmx" + heap, "-Xmn" + young + "m", "-Xms" + first + "m");
  }

  @Test
  void aHeapThatIsNoSizeIsLeftToTheJavaMachineToRefuse() throws Exception {
    assertThat(arguments("start", "MILLRACE_HEAP=much"))
        .contains("-Xmxmuch")
        .noneMatch(option -> option.startsWith("-Xmn"));
  }

  @Test
  void theOptionsOfTheUserComeLastAndSoWin() throws Exception {
    List<String> options = arguments("start", "MILLRACE_OPTS=-Xmn100m -Dsome=thing");

    assertThat(options).contains("-Xmn64m", "-Xmn100m", "-Dsome=thing");
    assertThat(options.indexOf("-Xmn100m")).isGreaterThan(options.indexOf("-Xmn64m"));
  }
}
