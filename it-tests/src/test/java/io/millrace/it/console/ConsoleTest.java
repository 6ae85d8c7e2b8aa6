package io.millrace.it.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.millrace.it.support.DebianPackage;
import io.millrace.it.support.Program;
import io.millrace.it.support.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Runs the console's browser tests ({@code admin-console/src/test/browser}) in a real Chromium
 * against a real server, and shows each of them as a test of its own.
 */
class ConsoleTest {
  private static final Path CONSOLE = Path.of("..", "admin-console");
  private static final Duration LONGEST = Duration.ofMinutes(8);

  @TestFactory
  List<DynamicTest> inTheBrowser(@TempDir Path directory) throws Exception {
    DebianPackage.require("chromium", "chromium");
    assertThat(CONSOLE.resolve("node_modules"))
        .as("the console's build, which installs what its tests need")
        .isDirectory();
    Path report = directory.resolve("report.xml");
    Program.Outcome outcome;
    try (ServerProcess server = ServerProcess.start(directory.resolve("data"))) {
      String token = Files.readString(directory.resolve("data").resolve("admin-token")).strip();
      outcome =
          Program.run(
              LONGEST,
              List.of(
                  "env",
                  "MILLRACE_URL=" + server.http(),
                  "MILLRACE_TOKEN=" + token,
                  "node",
                  "--test",
                  "--test-reporter=junit",
                  "--test-reporter-destination=" + report,
                  CONSOLE.resolve("src/test/browser/console.test.mjs").toString()));
    }
    List<DynamicTest> tests = tests(report);
    assertThat(tests).as("browser tests that ran; %s", outcome.err()).hasSizeGreaterThan(10);
    return tests;
  }

  private static List<DynamicTest> tests(Path report) throws Exception {
    NodeList cases =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(report.toFile())
            .getElementsByTagName("testcase");
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < cases.getLength(); i++) {
      Element test = (Element) cases.item(i);
      NodeList failures = test.getElementsByTagName("failure");
      String name =
          ((Element) test.getParentNode()).getAttribute("name") + " " + test.getAttribute("name");
      tests.add(
          DynamicTest.dynamicTest(
              name,
              () -> {
                if (failures.getLength() > 0) {
                  fail(failures.item(0).getTextContent());
                }
              }));
    }
    return tests;
  }
}
