package io.millrace.server.net;

/**
 * The memory of requests that are being received or worked on, over all connections. Large requests
 * have a half of their own, so that clients that announce much cannot keep out those that send
 * little. Safe for use from any thread.
 */
final class RequestMemory {
  /** Requests of more bytes than this are large: more than a batch of usual limits needs. */
  static final int LARGE_BYTES = 2 << 20;

  private final MemoryBudget ordinary;
  private final MemoryBudget large;

  RequestMemory(long limitBytes) {
    this.ordinary = new MemoryBudget(Math.max(1, limitBytes / 2));
    this.large = new MemoryBudget(Math.max(1, limitBytes - limitBytes / 2));
  }

  /** The budget that a request of this size draws on. */
  MemoryBudget of(int requestBytes) {
    return requestBytes > LARGE_BYTES ? large : ordinary;
  }

  /** Gives bytes back that were taken for several requests. */
  void release(long ordinaryBytes, long largeBytes) {
    ordinary.release(ordinaryBytes);
    large.release(largeBytes);
  }

  long usedBytes() {
    return ordinary.usedBytes() + large.usedBytes();
  }
}
