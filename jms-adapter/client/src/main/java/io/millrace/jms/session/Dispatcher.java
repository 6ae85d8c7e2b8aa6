package io.millrace.jms.session;

import io.millrace.jms.runtime.ClientThreads;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one thread of a session on which its message listeners and completion listeners run. It
 * starts when the first of them is set, and each round of work is one call of the session's {@code
 * work}.
 */
final class Dispatcher {
  private final String name;
  private final Runnable work;
  private final AtomicBoolean signalled = new AtomicBoolean();
  private final ReentrantLock delivering = new ReentrantLock();
  private volatile @Nullable Thread thread;
  private volatile boolean stopped;

  Dispatcher(String name, Runnable work) {
    this.name = name;
    this.work = work;
  }

  synchronized void start() {
    if (thread == null && !stopped) {
      Thread started = ClientThreads.forListeners(name, this::run);
      thread = started;
      // Who signalled before this line knew no thread to wake; it may have gone to rest since.
      LockSupport.unpark(started);
    }
  }

  /** There is something to do. Any thread. */
  void signal() {
    if (!signalled.get() && signalled.compareAndSet(false, true)) {
      Thread target = thread;
      if (target != null) {
        LockSupport.unpark(target);
      }
    }
  }

  private void run() {
    while (!stopped) {
      if (signalled.compareAndSet(true, false)) {
        work.run();
      } else {
        LockSupport.park(this);
      }
    }
  }

  /** Held while a listener runs: who takes it knows that none does. */
  ReentrantLock delivering() {
    return delivering;
  }

  /** True on the thread that runs the listeners. */
  boolean isOwnThread() {
    return Thread.currentThread() == thread;
  }

  /** Waits until no listener runs, unless called by one. */
  void awaitListener() {
    if (!isOwnThread()) {
      delivering.lock();
      try {
        assert delivering.isHeldByCurrentThread();
      } finally {
        delivering.unlock();
      }
    }
  }

  /** Ends the thread behind the listener that runs. */
  void stop() {
    Thread running;
    synchronized (this) {
      stopped = true;
      running = thread;
    }
    if (running != null) {
      LockSupport.unpark(running);
    }
  }
}
