package io.millrace.server;

import io.millrace.server.cli.MillraceCommand;

/** The program {@code millrace}: the server and its command line. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    int code = MillraceCommand.run(arguments);
    System.exit(code);
  }
}
