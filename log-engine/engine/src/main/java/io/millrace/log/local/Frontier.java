package io.millrace.log.local;

/**
 * How far a log is durable, and how far it is decided which of its records count. Changed by one
 * thread at a time, under the log's lock; read by any thread, without it.
 *
 * <p>{@link #stable} reads the durable offset first and the first unstable one behind it. Then
 *
 * <ul>
 *   <li>it shows nothing undecided: each transaction that begins below the durable offset read was
 *       noted by {@link #unstableFrom} before {@link #advance} came to that offset. So when the
 *       first unstable offset is read, that transaction lies at or above it, or is decided: its
 *       marker is durable, for {@link #advance} raises the durable offset first;
 *   <li>it does not go back: the first unstable offset falls only to the beginning of a
 *       transaction, which lies at or above all that was durable then, and so at or above all that
 *       was shown.
 * </ul>
 *
 * <p>Read the other way round, a first unstable offset of long ago could meet a durable offset that
 * has passed a transaction begun since.
 */
final class Frontier {
  private volatile long durableOffset;
  private volatile long firstUnstable = Long.MAX_VALUE;

  /** Records below are durable. */
  long durable() {
    return durableOffset;
  }

  /** Records below are durable and decided. */
  long stable() {
    long durable = durableOffset;
    return Math.min(durable, firstUnstable);
  }

  /**
   * A transaction was begun behind the durable offset.
   *
   * @param first the first record that is not decided
   */
  void unstableFrom(long first) {
    firstUnstable = first;
  }

  /**
   * More is durable.
   *
   * @param first the first record that is not decided then; {@link Long#MAX_VALUE} for none
   */
  void advance(long durable, long first) {
    durableOffset = durable;
    if (first != firstUnstable) {
      firstUnstable = first;
    }
  }
}
