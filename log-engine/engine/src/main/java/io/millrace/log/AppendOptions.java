package io.millrace.log;

/**
 * How a batch is to be taken.
 *
 * @param leaderEpoch written into the batches
 * @param logAppendTimeMs when 0 or more, replaces the records' timestamps (Kafka's LogAppendTime);
 *     -1 keeps the producers' own
 * @param critical taken from the reserve when the store is {@link StoreHealth#FULL}: for state that
 *     frees space or keeps promises
 * @param checkSequence whether the producer id, epoch and sequence are checked and remembered, and
 *     transactional batches and markers open and end transactions
 */
public record AppendOptions(
    int leaderEpoch, long logAppendTimeMs, boolean critical, boolean checkSequence) {

  /** As a client's produce request wants it. */
  public static final AppendOptions CLIENT = new AppendOptions(0, -1, false, true);

  /** As the server's own state wants it. */
  public static final AppendOptions STATE = new AppendOptions(0, -1, true, false);
}
