package io.millrace.kernel;

import org.jctools.queues.MpscUnboundedArrayQueue;

/**
 * Messages from any thread to one agent. Unbounded by itself: senders that act for a client bound
 * what that client may have outstanding.
 */
public final class Mailbox {
  private static final int CHUNK = 256;

  private final MpscUnboundedArrayQueue<Runnable> queue = new MpscUnboundedArrayQueue<>(CHUNK);

  /** Adds a message. Any thread. The caller signals the owning agent. */
  public void put(Runnable message) {
    queue.offer(message);
  }

  /**
   * Runs waiting messages, at most {@code limit}. Owner's thread only. A message that throws is
   * reported to {@link Failures}; the others run all the same.
   *
   * @return how many ran
   */
  public int drain(String owner, int limit) {
    int count = 0;
    Runnable message;
    while (count < limit && (message = queue.poll()) != null) {
      count++;
      try {
        message.run();
      } catch (RuntimeException e) {
        Failures.report(owner, e);
      }
    }
    return count;
  }

  /** How many messages wait, approximately. Any thread. */
  public int size() {
    return queue.size();
  }
}
