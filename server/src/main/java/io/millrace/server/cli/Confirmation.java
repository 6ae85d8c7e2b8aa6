package io.millrace.server.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;

/** Has people confirm what destroys something; scripts say so by an option. */
final class Confirmation {
  private Confirmation() {}

  /**
   * Returns when the name was typed again.
   *
   * @throws CommandFailure when it was not, or when nobody is there to ask
   */
  static void ask(String what, String name, boolean confirmed) throws IOException {
    if (confirmed) {
      return;
    }
    if (!Terminal.canAsk()) {
      throw new CommandFailure(
          ExitCodes.USAGE, "this deletes " + what + " for good; confirm with --yes");
    }
    System.err.print("This deletes " + what + " for good. Type its name to go on: ");
    System.err.flush();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    if (!name.equals(in.readLine())) {
      throw new CommandFailure(ExitCodes.FAILED, "nothing was deleted");
    }
  }
}
