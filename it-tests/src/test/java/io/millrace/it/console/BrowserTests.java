package io.millrace.it.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.millrace.it.support.DebianPackage;
import io.millrace.it.support.Program;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The console's browser tests ({@code admin-console/src/test/browser}), in a real Chromium. */
final class BrowserTests {
  private static final Path CONSOLE = Path.of("..", "admin-console");
  private static final Duration LONGEST = Duration.ofMinutes(8);

  private BrowserTests() {}

  /**
   * Runs them, and shows each as a test of its own.
   *
   * @param url where the console is
   * @param directory a place for their report
   * @param names patterns of the names of those to run; none for all
   */
  static List<DynamicTest> run(URI url, String token, Path directory, String... names)
      throws Exception {
    DebianPackage.require("chromium", "chromium");
    assertThat(CONSOLE.resolve("node_modules"))
        .as("the console's build, which installs what its tests need")
        .isDirectory();
    Path report = directory.resolve("report.xml");
    List<String> command = new ArrayList<>(List.of("env", "MILLRACE_URL=" + url));
    command.addAll(List.of("MILLRACE_TOKEN=" + token, "node", "--test"));
    command.addAll(List.of("--test-reporter=junit", "--test-reporter-destination=" + report));
    Arrays.stream(names).forEach(name -> command.add("--test-name-pattern=" + name));
    command.add(CONSOLE.resolve("src/test/browser/console.test.mjs").toString());
    Program.Outcome outcome = Program.run(LONGEST, command);
    List<DynamicTest> tests = tests(report);
    assertThat(tests)
        .as("browser tests that ran; %s", outcome.err())
        .hasSizeGreaterThanOrEqualTo(names.length == 0 ? 11 : names.length);
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
      if (test.getElementsByTagName("skipped").getLength() > 0) {
        continue; // Not among those that were asked for.
      }
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
