package io.millrace.jms.transport;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A queue from which one thread at a time takes, its owner: who adds to the empty queue, until it
 * has taken everything. Any thread adds; the other methods are the owner's, who may hand over what
 * it has to do to another thread.
 */
final class OwnedQueue<T> {
  private final ConcurrentLinkedQueue<T> queue = new ConcurrentLinkedQueue<>();

  /** How many are in the queue at least; who raises it from 0 is the owner until 0. */
  private final AtomicInteger queued = new AtomicInteger();

  /** Adds something. Returns whether the caller is the owner now. */
  boolean add(T what) {
    queue.add(what);
    return queued.getAndIncrement() == 0;
  }

  /** How many there are to take. */
  int size() {
    return queued.get();
  }

  /** What was added first. */
  T first() {
    return queue.element();
  }

  /** Takes what was added first. */
  T take() {
    return queue.remove();
  }

  /**
   * To be called when so many were taken. Returns whether there is more, so that the caller goes on
   * to be the owner.
   */
  boolean goesOn(int taken) {
    return queued.addAndGet(-taken) > 0;
  }
}
