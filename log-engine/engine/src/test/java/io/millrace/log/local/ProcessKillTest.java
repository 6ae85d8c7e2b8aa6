package io.millrace.log.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Log;
import io.millrace.log.contract.Batches;
import io.millrace.log.contract.RecordingListener;
import io.millrace.log.file.DiskFileSystem;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process, killed as {@code kill -9} does, again and again. */
class ProcessKillTest {
  private static final int LIVES = 3;
  private static final int LINES = 400;

  @TempDir Path directory;

  @Test
  void whatAProcessReportedDurableIsThereAfterItWasKilled() throws Exception {
    long[] reported = new long[KilledProcess.LOGS];
    for (int life = 0; life < LIVES; life++) {
      runAndKill(reported, LINES + 137 * life);
      try (ThreadedStore harness =
          new ThreadedStore(new DiskFileSystem(directory), LocalStoreConfig.small())) {
        for (int i = 0; i < reported.length; i++) {
          Log log =
              harness.await(
                  harness
                      .store()
                      .open(KilledProcess.id(i), KilledProcess.config(), new RecordingListener()));
          assertThat(log.endOffset()).isGreaterThanOrEqualTo(reported[i]).isPositive();
          List<String> texts = Batches.texts(harness, log, 60_000);
          assertThat(texts).hasSize((int) log.endOffset());
          for (int n = 0; n < texts.size(); n++) {
            assertThat(texts.get(n)).startsWith("n" + n + ";");
          }
        }
      }
    }
  }

  private void runAndKill(long[] reported, int lines) throws IOException, InterruptedException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                classPath,
                KilledProcess.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader output = process.inputReader()) {
      int seen = 0;
      String line;
      while (seen < lines && (line = output.readLine()) != null) {
        if (line.matches("\\d \\d+")) {
          reported[line.charAt(0) - '0'] = Long.parseLong(line.substring(2));
          seen++;
        }
      }
      assertThat(seen).isEqualTo(lines);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
