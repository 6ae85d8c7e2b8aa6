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

  /**
   * Makes the calling thread help: agents that {@link Agent#runsAnywhere} and that it signals while
   * they rest are run by a task that it gives to {@code later}, instead of waking their own
   * threads. A request then costs fewer switches between threads.
   *
   * @param later runs tasks on the calling thread, soon and with no lock held
   */
  void helpFrom(Executor later);

  /** Stops everything that was started here, last started first. */
  @Override
  void close();
}
