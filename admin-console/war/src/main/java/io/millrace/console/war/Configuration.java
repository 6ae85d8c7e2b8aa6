package io.millrace.console.war;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads which server this console is for, when the application starts. One that cannot be used does
 * not keep the application from starting: it says in the browser what is missing.
 */
public final class Configuration implements ServletContextListener {
  /** The context parameter, and the system property. */
  static final String PARAMETER = "millrace.console.server";

  /** The variable of the environment. */
  static final String VARIABLE = "MILLRACE_CONSOLE_SERVER";

  private static final Logger LOG = LoggerFactory.getLogger(Configuration.class);
  private static final String SERVER = RemoteServer.class.getName();
  private static final String FAULT = Configuration.class.getName() + ".fault";

  @Override
  public void contextInitialized(ServletContextEvent event) {
    ServletContext context = event.getServletContext();
    try {
      RemoteServer server = RemoteServer.at(address(context));
      context.setAttribute(SERVER, server);
      LOG.info("the console at '{}' is that of {}", context.getContextPath(), server);
    } catch (IllegalArgumentException e) {
      context.setAttribute(FAULT, e.getMessage());
      LOG.error("the console at '{}' has no server: {}", context.getContextPath(), fault(context));
    }
  }

  /** The nearest counts: one container may hold consoles of several servers. */
  private static String address(ServletContext context) {
    return Stream.of(
            Optional.ofNullable(context.getInitParameter(PARAMETER)),
            Optional.ofNullable(System.getProperty(PARAMETER)),
            Optional.ofNullable(System.getenv(VARIABLE)))
        .flatMap(Optional::stream)
        .filter(value -> !value.isBlank())
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("it is not set"));
  }

  /** The server, empty when none is configured that could be used. */
  static Optional<RemoteServer> server(ServletContext context) {
    return Optional.ofNullable((RemoteServer) context.getAttribute(SERVER));
  }

  /** What is wrong and what to do, in plain sentences. */
  static String fault(ServletContext context) {
    @Nullable Object why = context.getAttribute(FAULT);
    return "The address of the Millrace server cannot be used: "
        + why
        + ". Set the context parameter or system property "
        + PARAMETER
        + ", or the environment variable "
        + VARIABLE
        + ", to an address such as https://millrace.example.com:8080, and start the application"
        + " again.";
  }
}
