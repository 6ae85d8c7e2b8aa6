package io.millrace.server.cursor;

/**
 * How a share group consumes (KIP-932, KIP-1191, KIP-1222). Immutable; validated when built.
 *
 * @param lockMs how long a record that was given to a member is its own, in milliseconds
 * @param maxAttempts deliveries in vain after which a record is given up: at least 1
 * @param maxLocks records of one partition that members may hold together
 * @param start where the group begins in a partition that it had not read before
 * @param startDurationMs for {@link Start#DURATION}: the group begins with records that are so old,
 *     in milliseconds
 * @param readCommitted whether records of open transactions hold back what comes after them, and
 *     those of aborted ones are left out; else all that is durable is given
 * @param renew whether members may renew their locks
 * @param queueCursor whether the group consumes with the queue's own cursor, and competes with the
 *     queue's JMS consumers for the same messages
 * @param deadLetterTopic where records go that are given up; empty for nowhere
 */
public record ShareSettings(
    long lockMs,
    int maxAttempts,
    int maxLocks,
    Start start,
    long startDurationMs,
    boolean readCommitted,
    boolean renew,
    boolean queueCursor,
    String deadLetterTopic) {

  /** Where a group begins. */
  public enum Start {
    /** With the oldest record kept. */
    EARLIEST,
    /** Behind the newest record. */
    LATEST,
    /** With the first record that is not older than the duration. */
    DURATION
  }

  /** As a group is that nothing was set for. */
  public static final ShareSettings DEFAULT =
      new ShareSettings(30_000, 5, 100_000, Start.LATEST, 0, false, true, false, "");

  public ShareSettings {
    if (lockMs < 1 || maxAttempts < 1 || maxLocks < 1 || startDurationMs < 0) {
      throw new IllegalArgumentException("limits of a share group must be positive");
    }
  }
}
