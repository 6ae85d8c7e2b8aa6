package io.millrace.kernel;

import java.util.concurrent.Executor;

/** Runs agents, and blocking tasks beside them. */
public interface Agents extends AutoCloseable {

  /** A running agent. */
  interface Handle extends AutoCloseable {

    /** Says that work may be ready. Cheap; callable from any thread; never blocks. */
    void signal();

    /** Stops the agent after its current step and waits until it has closed. Idempotent. */
    @Override
    void close();
  }

  Clock clock();

  /** Starts to run an agent until its handle, or this object, is closed. */
  Handle start(Agent agent);

  /**
   * An executor for work that may block (cold reads, file deletion), with at most {@code threads}
   * threads in production. In a stepped run its tasks are steps as well.
   */
  Executor blocking(String name, int threads);

  /** Stops everything that was started here, last started first. */
  @Override
  void close();
}
