package io.millrace.server.cli;

/**
 * Whether a person sits there. The launcher knows and says so; Java itself cannot tell the same way
 * in every version.
 */
final class Terminal {
  private Terminal() {}

  /** Whether questions can be asked. */
  static boolean canAsk() {
    return Boolean.getBoolean("millrace.terminal.in") && canShow();
  }

  /** Whether standard error is looked at. */
  static boolean canShow() {
    return Boolean.getBoolean("millrace.terminal.err");
  }
}
