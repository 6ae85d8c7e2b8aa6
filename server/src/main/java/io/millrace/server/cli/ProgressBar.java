package io.millrace.server.cli;

import java.io.PrintStream;

/** A line that shows how far something has come; only where a person watches. */
final class ProgressBar implements AutoCloseable {
  private static final int WIDTH = 40;
  private static final int SHORT = 20;

  private final PrintStream target;
  private final boolean shown;
  private final String label;
  private final long total;
  private long done;
  private int drawn = -1;

  private ProgressBar(PrintStream target, boolean shown, String label, long total) {
    this.target = target;
    this.shown = shown;
    this.label = label;
    this.total = total;
  }

  /** A bar on standard error, when this is a terminal and there is enough to do. */
  static ProgressBar ofConsole(String label, long total) {
    return new ProgressBar(System.err, Terminal.canShow() && total > SHORT, label, total);
  }

  void advance() {
    done++;
    int filled = (int) (done * WIDTH / total);
    if (shown && filled != drawn) {
      drawn = filled;
      target.printf(
          "\r%s [%s%s] %d/%d", label, "#".repeat(filled), " ".repeat(WIDTH - filled), done, total);
      target.flush();
    }
  }

  @Override
  public void close() {
    if (shown && drawn >= 0) {
      target.println();
    }
  }
}
