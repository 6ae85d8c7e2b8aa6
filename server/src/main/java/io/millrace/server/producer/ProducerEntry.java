package io.millrace.server.producer;

import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateWriter;

/**
 * What is known of one transactional id, but for the participants of its transaction. Immutable:
 * each change gives another.
 *
 * <p>Epochs up to 32766 are given to producers; 32767 is left for fencing the last of them. When
 * they are used up, the transactional id gets another producer id.
 *
 * @param producerId which id its producer writes with
 * @param epoch the producer's; while a transaction ends, that of the markers
 * @param previousProducerId the id before the present one; -1 when there was none
 * @param previousEpoch the epoch from which the producer itself came to the present one, so that a
 *     request that it repeats is known again; -1 when it came otherwise
 * @param nextProducerId the id to go on with when the transaction has ended; -1 for the present one
 * @param timeoutMs how long a transaction may take, in milliseconds
 * @param startMs when the transaction began, in milliseconds since the epoch; -1 without one
 * @param updatedMs time of the last change, in milliseconds since the epoch
 */
record ProducerEntry(
    long producerId,
    short epoch,
    long previousProducerId,
    short previousEpoch,
    long nextProducerId,
    int timeoutMs,
    TransactionState state,
    long startMs,
    long updatedMs) {
  static final long NO_PRODUCER_ID = -1;
  static final short NO_EPOCH = -1;
  private static final long NO_TIME = -1;

  /** The last epoch that a producer gets. */
  private static final short LAST_EPOCH = Short.MAX_VALUE - 1;

  /** A new transactional id. */
  static ProducerEntry created(long producerId, int timeoutMs, long nowMs) {
    return new ProducerEntry(
        producerId,
        (short) 0,
        NO_PRODUCER_ID,
        NO_EPOCH,
        NO_PRODUCER_ID,
        timeoutMs,
        TransactionState.EMPTY,
        NO_TIME,
        nowMs);
  }

  ProducerIdentity identity() {
    return new ProducerIdentity(producerId, epoch);
  }

  boolean isCurrent(ProducerIdentity asked) {
    return asked.producerId() == producerId && asked.epoch() == epoch;
  }

  /** Whether the producer came from this identity to the present one. */
  boolean isPrevious(ProducerIdentity asked) {
    long previousId = epoch == 0 ? previousProducerId : producerId;
    return previousEpoch != NO_EPOCH
        && asked.epoch() == previousEpoch
        && asked.producerId() == previousId;
  }

  /** Whether no producer can get a higher epoch with this id. */
  boolean isExhausted() {
    return epoch >= LAST_EPOCH;
  }

  /** Whether the epoch is that which no producer gets. */
  boolean isBeyondLast() {
    return epoch > LAST_EPOCH;
  }

  // ---- a producer begins

  /** With the next epoch; {@code previous} as {@link #previousEpoch}. */
  ProducerEntry bumped(short previous, int newTimeoutMs, long nowMs) {
    return begun((short) (epoch + 1), previous, newTimeoutMs, nowMs);
  }

  /** With the epoch that it has: it asks again. */
  ProducerEntry begunAgain(int newTimeoutMs, long nowMs) {
    return begun(epoch, previousEpoch, newTimeoutMs, nowMs);
  }

  private ProducerEntry begun(short newEpoch, short previous, int newTimeoutMs, long nowMs) {
    return new ProducerEntry(
        producerId,
        newEpoch,
        previousProducerId,
        previous,
        NO_PRODUCER_ID,
        newTimeoutMs,
        TransactionState.EMPTY,
        NO_TIME,
        nowMs);
  }

  /** With another id, the epochs of this one being used up. */
  ProducerEntry rotated(
      long newProducerId, short previous, int newTimeoutMs, TransactionState newState, long nowMs) {
    return new ProducerEntry(
        newProducerId,
        (short) 0,
        producerId,
        previous,
        NO_PRODUCER_ID,
        newTimeoutMs,
        newState,
        NO_TIME,
        nowMs);
  }

  // ---- its transaction

  /** Another participant: the transaction begins, or goes on. */
  ProducerEntry joined(long nowMs) {
    return in(
        epoch,
        previousEpoch,
        NO_PRODUCER_ID,
        TransactionState.ONGOING,
        state == TransactionState.ONGOING ? startMs : nowMs,
        nowMs);
  }

  /** It is decided, and the producer keeps its epoch (before KIP-890). */
  ProducerEntry prepared(boolean commit, long nowMs) {
    return in(epoch, previousEpoch, NO_PRODUCER_ID, prepare(commit), startMs, nowMs);
  }

  /**
   * It is decided, and the producer goes on with the next epoch (KIP-890).
   *
   * @param next the producer id to go on with; -1 for the present one
   */
  ProducerEntry preparedWithBump(boolean commit, long next, long nowMs) {
    return in((short) (epoch + 1), epoch, next, prepare(commit), startMs, nowMs);
  }

  /**
   * It is to be aborted, and its producer fenced.
   *
   * @param previous as {@link #previousEpoch}
   */
  ProducerEntry fenced(short previous, long nowMs) {
    short next = epoch == Short.MAX_VALUE ? epoch : (short) (epoch + 1);
    return in(next, previous, NO_PRODUCER_ID, TransactionState.PREPARE_ABORT, startMs, nowMs);
  }

  /** Nothing was open, and the producer wants the next epoch all the same (KIP-890). */
  ProducerEntry abortedNothing(long nowMs) {
    return in(
        (short) (epoch + 1),
        epoch,
        NO_PRODUCER_ID,
        TransactionState.COMPLETE_ABORT,
        NO_TIME,
        nowMs);
  }

  /** Everyone knows how the transaction has ended. */
  ProducerEntry completed(long nowMs) {
    TransactionState complete =
        state.isCommit() ? TransactionState.COMPLETE_COMMIT : TransactionState.COMPLETE_ABORT;
    return nextProducerId == NO_PRODUCER_ID
        ? in(epoch, previousEpoch, NO_PRODUCER_ID, complete, NO_TIME, nowMs)
        : rotated(nextProducerId, previousEpoch, timeoutMs, complete, nowMs);
  }

  private static TransactionState prepare(boolean commit) {
    return commit ? TransactionState.PREPARE_COMMIT : TransactionState.PREPARE_ABORT;
  }

  private ProducerEntry in(
      short newEpoch,
      short previous,
      long next,
      TransactionState newState,
      long newStartMs,
      long nowMs) {
    return new ProducerEntry(
        producerId,
        newEpoch,
        previousProducerId,
        previous,
        next,
        timeoutMs,
        newState,
        newStartMs,
        nowMs);
  }

  // ---- bytes

  void write(StateWriter out) {
    out.putLong(producerId).putInt(epoch).putLong(previousProducerId).putInt(previousEpoch);
    out.putLong(nextProducerId).putInt(timeoutMs).putInt(state.id());
    out.putLong(startMs).putLong(updatedMs);
  }

  static ProducerEntry read(StateReader in) {
    return new ProducerEntry(
        in.getLong(),
        (short) in.getInt(),
        in.getLong(),
        (short) in.getInt(),
        in.getLong(),
        in.getInt(),
        TransactionState.ofId(in.getInt()),
        in.getLong(),
        in.getLong());
  }
}
