package io.millrace.jms.runtime;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Starts the client's threads, named so that a thread dump explains itself. Any thread may call.
 */
public final class ClientThreads {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private ClientThreads() {}

  /**
   * A thread that runs an application's listeners. It keeps the process alive, as an application
   * expects that does nothing but listen.
   */
  public static Thread forListeners(String purpose, Runnable body) {
    return start(purpose, body, false);
  }

  /** A thread of the client's own, which does not keep the process alive. */
  public static Thread inBackground(String purpose, Runnable body) {
    return start(purpose, body, true);
  }

  private static Thread start(String purpose, Runnable body, boolean daemon) {
    Thread thread = new Thread(body, "millrace-jms-" + purpose + "-" + NUMBER.incrementAndGet());
    thread.setDaemon(daemon);
    thread.start();
    return thread;
  }
}
