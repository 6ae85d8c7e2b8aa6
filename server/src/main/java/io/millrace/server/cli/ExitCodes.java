package io.millrace.server.cli;

/** What the program's exit code says; the same for every command. */
final class ExitCodes {
  static final int OK = 0;

  /** The command was understood and could not be done. */
  static final int FAILED = 1;

  /** The command line or the configuration is wrong. */
  static final int USAGE = 2;

  /** No server is running, or none answers there. */
  static final int NOT_RUNNING = 3;

  /** The destination or group does not exist. */
  static final int NOT_FOUND = 4;

  /** The token is missing or wrong. */
  static final int NOT_ALLOWED = 5;

  private ExitCodes() {}
}
