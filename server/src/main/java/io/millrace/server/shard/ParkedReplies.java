package io.millrace.server.shard;

import java.util.ArrayDeque;

/**
 * Replies that wait for an offset of one log to become durable, in the order of their offsets. One
 * thread.
 */
public final class ParkedReplies {

  private record Parked(
      long offset, Runnable send, java.util.function.Consumer<RuntimeException> fail) {}

  private final ArrayDeque<Parked> queue = new ArrayDeque<>();
  private long durable;

  /** Starts with everything below {@code durableOffset} durable. */
  public ParkedReplies(long durableOffset) {
    this.durable = durableOffset;
  }

  /** Sends {@code response} when everything below {@code offset} is durable: now, if it is. */
  public <R> void park(long offset, Reply<R> reply, R response) {
    if (offset <= durable && queue.isEmpty()) {
      reply.ok(response);
    } else {
      queue.add(new Parked(offset, () -> reply.ok(response), reply::fail));
    }
  }

  /** Sends what waited for offsets up to {@code durableOffset}. */
  public void onDurable(long durableOffset) {
    durable = Math.max(durable, durableOffset);
    Parked next;
    while ((next = queue.peek()) != null && next.offset <= durable) {
      queue.remove();
      next.send.run();
    }
  }

  /** Fails everything that still waits. */
  public void failAll(RuntimeException reason) {
    Parked next;
    while ((next = queue.poll()) != null) {
      next.fail.accept(reason);
    }
  }

  public int size() {
    return queue.size();
  }
}
