package io.millrace.it.console;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.startup.Tomcat;

/** A Tomcat on a free port, with the console's WAR as the build made it. */
final class ApplicationServer implements AutoCloseable {
  private static final String CONTEXT = "/mq/console";

  private final Tomcat tomcat = new Tomcat();

  /**
   * @param directory for what it unpacks
   * @param remote the server whose console it is
   */
  ApplicationServer(Path directory, URI remote) throws IOException, LifecycleException {
    Files.createDirectories(directory.resolve("webapps"));
    tomcat.setBaseDir(directory.toString());
    tomcat.setHostname("127.0.0.1");
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    Context console = tomcat.addWebapp(CONTEXT, war().toString());
    console.addParameter("millrace.console.server", remote.toString());
    tomcat.start();
    if (console.getState() != LifecycleState.STARTED) {
      throw new IllegalStateException("the WAR did not start; standard error says why");
    }
  }

  private static Path war() throws IOException {
    Path target = Path.of("..", "admin-console", "war", "target").toAbsolutePath().normalize();
    if (Files.isDirectory(target)) {
      try (Stream<Path> entries = Files.list(target)) {
        List<Path> wars = entries.filter(entry -> entry.toString().endsWith(".war")).toList();
        if (wars.size() == 1) {
          return wars.get(0);
        }
      }
    }
    throw new IllegalStateException(
        "no WAR in " + target + ": run these tests with 'mvn verify', which builds it");
  }

  /** Where the console is, without a slash at the end. */
  URI console() {
    return URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + CONTEXT);
  }

  @Override
  public void close() throws LifecycleException {
    tomcat.stop();
    tomcat.destroy();
  }
}
