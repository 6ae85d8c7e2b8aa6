package io.millrace.it.console;

import io.millrace.it.support.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The console that the server itself serves. */
class ConsoleTest {

  @TestFactory
  List<DynamicTest> inTheBrowser(@TempDir Path directory) throws Exception {
    try (ServerProcess server = ServerProcess.start(directory.resolve("data"))) {
      String token = Files.readString(directory.resolve("data").resolve("admin-token")).strip();
      return BrowserTests.run(server.http(), token, directory);
    }
  }
}
