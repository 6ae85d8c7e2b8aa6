package io.millrace.server.boot;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells, when a start takes longer than a start should, what every thread is about: a start that
 * hangs can then be explained from what it printed. Ends with {@link #close}.
 */
public final class StartWatch implements AutoCloseable {
  private final CountDownLatch over = new CountDownLatch(1);

  private StartWatch() {}

  /**
   * Begins to watch.
   *
   * @param out where it tells; not the log, which may be what the start hangs in
   */
  public static StartWatch begin(Duration limit, PrintStream out) {
    StartWatch watch = new StartWatch();
    Thread thread = new Thread(() -> watch.run(limit, out), "start-watch");
    thread.setDaemon(true);
    thread.start();
    return watch;
  }

  private void run(Duration limit, PrintStream out) {
    try {
      if (!over.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        print(limit, out);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void print(Duration limit, PrintStream out) {
    StringBuilder text = new StringBuilder();
    text.append("not ready after ").append(limit.toSeconds()).append(" s; its threads:\n");
    for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
      text.append('"').append(entry.getKey().getName()).append("\" ");
      text.append(entry.getKey().getState()).append('\n');
      for (StackTraceElement frame : entry.getValue()) {
        text.append("  at ").append(frame).append('\n');
      }
    }
    out.print(text);
    out.flush();
  }

  /** The start is over. */
  @Override
  public void close() {
    over.countDown();
  }
}
