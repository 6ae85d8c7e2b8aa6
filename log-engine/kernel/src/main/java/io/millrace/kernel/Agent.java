package io.millrace.kernel;

/**
 * A unit of work that owns its state and is run by one thread at a time: by a thread of its own in
 * production ({@link ThreadedAgents}), step by step in a test ({@link SteppedAgents}).
 */
public interface Agent {

  /** A short name for threads, logs and metrics. */
  String name();

  /**
   * Does the work that is ready, without waiting, in a bounded amount.
   *
   * @return how much was done; zero means that nothing is ready
   */
  int doWork();

  /**
   * When {@link #doWork} should run again although nobody signalled, as {@link Clock#nanoTime};
   * {@link Long#MAX_VALUE} for never.
   */
  default long nextDeadlineNs() {
    return Long.MAX_VALUE;
  }

  /**
   * Whether any thread that has work for this agent may run a step of it, one thread at a time,
   * when its own thread rests. Only for agents whose steps are short and never wait.
   */
  default boolean runsAnywhere() {
    return false;
  }

  /** Called once by the running thread after the last {@link #doWork}. */
  default void onClose() {}
}
