package io.millrace.server.producer;

import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * What a transactional producer may do when (KIP-98, KIP-360, KIP-890). Pure: looks at what is
 * known of its transactional id and says what becomes of it.
 */
final class ProducerRules {
  private ProducerRules() {}

  /**
   * A producer begins.
   *
   * @param known null for a new transactional id
   * @param freshId a producer id that was never used, -1 for none yet
   */
  static Verdict init(@Nullable ProducerEntry known, InitProducer asked, long freshId, long nowMs) {
    if (known == null) {
      return freshId == ProducerEntry.NO_PRODUCER_ID
          ? new Verdict.NeedsProducerId()
          : new Verdict.Becomes(ProducerEntry.created(freshId, asked.timeoutMs(), nowMs));
    }
    ProducerIdentity expected = asked.expected();
    if (expected != null && !known.isCurrent(expected) && !known.isPrevious(expected)) {
      return new Verdict.Refused(Errors.PRODUCER_FENCED);
    }
    return switch (known.state()) {
      case PREPARE_COMMIT, PREPARE_ABORT -> new Verdict.Waits();
      case ONGOING -> initWhileOngoing(known, expected, nowMs);
      case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT ->
          initAtRest(known, asked.timeoutMs(), expected, freshId, nowMs);
    };
  }

  /**
   * The transaction is aborted first. Another producer is fenced by that; one that aborts its own
   * finds itself as the previous one when it asks again.
   */
  private static Verdict initWhileOngoing(
      ProducerEntry known, @Nullable ProducerIdentity expected, long nowMs) {
    if (expected != null && !known.isCurrent(expected)) {
      return new Verdict.Refused(Errors.PRODUCER_FENCED);
    }
    short previous = expected == null ? ProducerEntry.NO_EPOCH : known.epoch();
    return new Verdict.Becomes(known.fenced(previous, nowMs));
  }

  private static Verdict initAtRest(
      ProducerEntry known,
      int timeoutMs,
      @Nullable ProducerIdentity expected,
      long freshId,
      long nowMs) {
    boolean repeated = expected != null && !known.isCurrent(expected);
    if (repeated && !known.isBeyondLast()) {
      return new Verdict.Becomes(known.begunAgain(timeoutMs, nowMs));
    }
    short previous = expected == null ? ProducerEntry.NO_EPOCH : expected.epoch();
    if (!known.isExhausted()) {
      return new Verdict.Becomes(known.bumped(previous, timeoutMs, nowMs));
    }
    return freshId == ProducerEntry.NO_PRODUCER_ID
        ? new Verdict.NeedsProducerId()
        : new Verdict.Becomes(
            known.rotated(freshId, previous, timeoutMs, TransactionState.EMPTY, nowMs));
  }

  /** Whether a producer may add participants to its transaction, or begin one. */
  static Errors mayWrite(@Nullable ProducerEntry known, ProducerIdentity asked) {
    if (known == null || known.producerId() != asked.producerId()) {
      return Errors.INVALID_PRODUCER_ID_MAPPING;
    }
    if (known.epoch() != asked.epoch() || known.isBeyondLast()) {
      return Errors.PRODUCER_FENCED;
    }
    return known.state().isPrepared() ? Errors.CONCURRENT_TRANSACTIONS : Errors.NONE;
  }

  /** A producer that keeps its epoch from one transaction to the next ends one. */
  static Verdict end(
      @Nullable ProducerEntry known, ProducerIdentity asked, boolean commit, long nowMs) {
    if (known == null || known.producerId() != asked.producerId()) {
      return new Verdict.Refused(Errors.INVALID_PRODUCER_ID_MAPPING);
    }
    if (known.epoch() != asked.epoch() || known.isBeyondLast()) {
      return new Verdict.Refused(Errors.PRODUCER_FENCED);
    }
    return switch (known.state()) {
      case EMPTY -> new Verdict.Refused(Errors.INVALID_TXN_STATE);
      case ONGOING -> new Verdict.Becomes(known.prepared(commit, nowMs));
      case PREPARE_COMMIT, PREPARE_ABORT, COMPLETE_COMMIT, COMPLETE_ABORT ->
          endAgain(known.state(), commit);
    };
  }

  /**
   * A producer that gets a new epoch with the end of each transaction ends one (KIP-890). Its last
   * request repeated comes with the previous epoch, which tells it from the next one.
   *
   * @param freshId a producer id that was never used, -1 for none yet
   */
  static Verdict endWithBump(
      @Nullable ProducerEntry known,
      ProducerIdentity asked,
      boolean commit,
      long freshId,
      long nowMs) {
    if (known == null || (known.producerId() != asked.producerId() && !known.isPrevious(asked))) {
      return new Verdict.Refused(Errors.INVALID_PRODUCER_ID_MAPPING);
    }
    TransactionState state = known.state();
    boolean ending = state != TransactionState.EMPTY && state != TransactionState.ONGOING;
    if (ending && known.isPrevious(asked)) {
      return endAgain(state, commit);
    }
    if (state.isPrepared() || !known.isCurrent(asked) || known.isBeyondLast()) {
      return new Verdict.Refused(Errors.PRODUCER_FENCED);
    }
    if (state != TransactionState.ONGOING && commit) {
      return new Verdict.Refused(Errors.INVALID_TXN_STATE);
    }
    if (known.isExhausted() && freshId == ProducerEntry.NO_PRODUCER_ID) {
      return new Verdict.NeedsProducerId();
    }
    return new Verdict.Becomes(
        state == TransactionState.ONGOING
            ? known.preparedWithBump(
                commit, known.isExhausted() ? freshId : ProducerEntry.NO_PRODUCER_ID, nowMs)
            : abortOfNothing(known, freshId, nowMs));
  }

  private static ProducerEntry abortOfNothing(ProducerEntry known, long freshId, long nowMs) {
    return known.isExhausted()
        ? known.rotated(
            freshId, known.epoch(), known.timeoutMs(), TransactionState.COMPLETE_ABORT, nowMs)
        : known.abortedNothing(nowMs);
  }

  private static Verdict endAgain(TransactionState state, boolean commit) {
    if (state.isCommit() != commit) {
      return new Verdict.Refused(Errors.INVALID_TXN_STATE);
    }
    return state.isPrepared() ? new Verdict.Waits() : new Verdict.Unchanged();
  }
}
