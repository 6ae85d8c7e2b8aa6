package io.millrace.server.shard;

/**
 * How a shard's runtime behaves. Immutable.
 *
 * @param requestsPerTurn requests run in one turn before timers and the log are looked at again
 * @param recordsInFlight records that may wait for a group commit in progress before they are
 *     appended all the same
 * @param sweepBytes bytes appended to the state log after which a sweep begins to shorten it
 * @param sweepRecordsPerTurn records that a sweep writes in one turn
 * @param reopenDelayMs pause before a failed state log is opened anew, in milliseconds
 */
public record ShardConfig(
    int requestsPerTurn,
    int recordsInFlight,
    long sweepBytes,
    int sweepRecordsPerTurn,
    long reopenDelayMs) {

  public static final ShardConfig DEFAULT = new ShardConfig(256, 128, 64 << 20, 256, 1000);

  public ShardConfig {
    if (requestsPerTurn < 1
        || recordsInFlight < 1
        || sweepBytes < 1
        || sweepRecordsPerTurn < 1
        || reopenDelayMs < 1) {
      throw new IllegalArgumentException("every number of a shard's configuration is at least 1");
    }
  }
}
