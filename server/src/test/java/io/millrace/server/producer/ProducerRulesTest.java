package io.millrace.server.producer;

import static io.millrace.server.producer.TransactionState.COMPLETE_ABORT;
import static io.millrace.server.producer.TransactionState.COMPLETE_COMMIT;
import static io.millrace.server.producer.TransactionState.EMPTY;
import static io.millrace.server.producer.TransactionState.ONGOING;
import static io.millrace.server.producer.TransactionState.PREPARE_ABORT;
import static io.millrace.server.producer.TransactionState.PREPARE_COMMIT;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProducerRulesTest {
  private static final long ID = 7;
  private static final long OLD_ID = 5;
  private static final long FRESH_ID = 9;
  private static final long NONE = -1;
  private static final short EPOCH = 3;
  private static final short LAST = Short.MAX_VALUE - 1;
  private static final short BEYOND = Short.MAX_VALUE;
  private static final short NONE_EPOCH = -1;
  private static final int TIMEOUT_MS = 1000;
  private static final long START_MS = 50;
  private static final long NOW_MS = 100;

  private static ProducerEntry entry(TransactionState state, int epoch, int previousEpoch) {
    return new ProducerEntry(
        ID,
        (short) epoch,
        OLD_ID,
        (short) previousEpoch,
        NONE,
        TIMEOUT_MS,
        state,
        state.isOpen() ? START_MS : -1,
        START_MS);
  }

  private static ProducerEntry entry(TransactionState state) {
    return entry(state, EPOCH, -1);
  }

  private static ProducerIdentity as(long id, int epoch) {
    return new ProducerIdentity(id, (short) epoch);
  }

  private static Verdict init(
      @Nullable ProducerEntry known, @Nullable ProducerIdentity expected, long freshId) {
    return ProducerRules.init(known, new InitProducer("tx", TIMEOUT_MS, expected), freshId, NOW_MS);
  }

  private static ProducerEntry become(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Becomes.class);
    return ((Verdict.Becomes) verdict).entry();
  }

  private static Errors refusal(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Refused.class);
    return ((Verdict.Refused) verdict).error();
  }

  // ---- a producer begins

  @Test
  void aNewTransactionalIdNeedsAProducerId() {
    assertThat(init(null, null, NONE)).isInstanceOf(Verdict.NeedsProducerId.class);
    ProducerEntry created = become(init(null, null, FRESH_ID));

    assertThat(created.identity()).isEqualTo(as(FRESH_ID, 0));
    assertThat(created.state()).isEqualTo(EMPTY);
  }

  @Test
  void aForgottenProducerThatGoesOnGetsANewId() {
    assertThat(become(init(null, as(ID, EPOCH), FRESH_ID)).identity()).isEqualTo(as(FRESH_ID, 0));
  }

  @ParameterizedTest
  @EnumSource(names = {"EMPTY", "COMPLETE_COMMIT", "COMPLETE_ABORT"})
  void aNewProducerGetsTheNextEpochAndHasNoPredecessor(TransactionState state) {
    ProducerEntry next = become(init(entry(state, EPOCH, EPOCH - 1), null, NONE));

    assertThat(next.identity()).isEqualTo(as(ID, EPOCH + 1));
    assertThat(next.state()).isEqualTo(EMPTY);
    assertThat(next.isPrevious(as(ID, EPOCH))).isFalse();
    assertThat(next.updatedMs()).isEqualTo(NOW_MS);
  }

  @ParameterizedTest
  @EnumSource(names = {"EMPTY", "COMPLETE_COMMIT", "COMPLETE_ABORT"})
  void aProducerThatGoesOnGetsTheNextEpochAndMayAskAgain(TransactionState state) {
    ProducerEntry next = become(init(entry(state), as(ID, EPOCH), NONE));
    ProducerEntry again = become(init(next, as(ID, EPOCH), NONE));

    assertThat(next.identity()).isEqualTo(as(ID, EPOCH + 1));
    assertThat(again.identity()).isEqualTo(next.identity());
  }

  @ParameterizedTest
  @EnumSource
  void whoExpectsAnotherProducerIsFenced(TransactionState state) {
    ProducerEntry known = entry(state, EPOCH, EPOCH - 1);

    assertThat(refusal(init(known, as(ID, EPOCH - 2), NONE))).isEqualTo(Errors.PRODUCER_FENCED);
    assertThat(refusal(init(known, as(ID, EPOCH + 1), NONE))).isEqualTo(Errors.PRODUCER_FENCED);
    assertThat(refusal(init(known, as(OLD_ID, EPOCH), NONE))).isEqualTo(Errors.PRODUCER_FENCED);
    assertThat(refusal(init(known, as(OLD_ID, EPOCH - 1), NONE))).isEqualTo(Errors.PRODUCER_FENCED);
  }

  @Test
  void aNewProducerFencesAnOpenTransaction() {
    ProducerEntry fenced = become(init(entry(ONGOING), null, NONE));

    assertThat(fenced.state()).isEqualTo(PREPARE_ABORT);
    assertThat(fenced.identity()).isEqualTo(as(ID, EPOCH + 1));
    assertThat(fenced.startMs()).isEqualTo(START_MS);
    assertThat(refusal(end2(fenced.completed(NOW_MS), as(ID, EPOCH), false)))
        .isEqualTo(Errors.PRODUCER_FENCED);
  }

  @Test
  void aProducerThatGoesOnWithItsTransactionOpenEndsUpWithTheNextEpoch() {
    ProducerEntry fenced = become(init(entry(ONGOING), as(ID, EPOCH), NONE));
    ProducerEntry next = become(init(fenced.completed(NOW_MS), as(ID, EPOCH), NONE));

    assertThat(next.identity()).isEqualTo(as(ID, EPOCH + 1));
    assertThat(next.state()).isEqualTo(EMPTY);
  }

  @Test
  void aLateRequestOfThePredecessorAbortsNoTransaction() {
    assertThat(refusal(init(entry(ONGOING, EPOCH, EPOCH - 1), as(ID, EPOCH - 1), NONE)))
        .isEqualTo(Errors.PRODUCER_FENCED);
  }

  @ParameterizedTest
  @EnumSource(names = {"PREPARE_COMMIT", "PREPARE_ABORT"})
  void aProducerWaitsForATransactionThatEnds(TransactionState state) {
    assertThat(init(entry(state), null, NONE)).isInstanceOf(Verdict.Waits.class);
  }

  @ParameterizedTest
  @CsvSource({"32766", "32767"})
  void whenTheEpochsAreUsedUpTheIdChanges(int epoch) {
    ProducerEntry known = entry(COMPLETE_ABORT, epoch, -1);

    assertThat(init(known, null, NONE)).isInstanceOf(Verdict.NeedsProducerId.class);
    ProducerEntry next = become(init(known, null, FRESH_ID));
    assertThat(next.identity()).isEqualTo(as(FRESH_ID, 0));
    assertThat(next.previousProducerId()).isEqualTo(ID);
  }

  @Test
  void whoGoesOnWithTheLastEpochGetsANewIdAndMayAskAgain() {
    ProducerEntry next = become(init(entry(EMPTY, LAST, LAST - 1), as(ID, LAST), FRESH_ID));
    ProducerEntry again = become(init(next, as(ID, LAST), NONE));

    assertThat(next.identity()).isEqualTo(as(FRESH_ID, 0));
    assertThat(again.identity()).isEqualTo(next.identity());
  }

  @Test
  void whoAskedAgainForTheLastEpochGetsIt() {
    assertThat(become(init(entry(EMPTY, LAST, LAST - 1), as(ID, LAST - 1), NONE)).identity())
        .isEqualTo(as(ID, LAST));
  }

  @Test
  void nobodyGetsTheEpochThatFencesTheLast() {
    ProducerEntry fenced = become(init(entry(ONGOING, LAST, -1), as(ID, LAST), NONE));
    assertThat(fenced.epoch()).isEqualTo(BEYOND);
    ProducerEntry complete = fenced.completed(NOW_MS);

    assertThat(init(complete, as(ID, LAST), NONE)).isInstanceOf(Verdict.NeedsProducerId.class);
    assertThat(become(init(complete, as(ID, LAST), FRESH_ID)).identity())
        .isEqualTo(as(FRESH_ID, 0));
  }

  // ---- writing

  @ParameterizedTest
  @CsvSource({
    "EMPTY,NONE",
    "ONGOING,NONE",
    "PREPARE_COMMIT,CONCURRENT_TRANSACTIONS",
    "PREPARE_ABORT,CONCURRENT_TRANSACTIONS",
    "COMPLETE_COMMIT,NONE",
    "COMPLETE_ABORT,NONE"
  })
  void onlyTheCurrentProducerMayWriteAndNotWhileATransactionEnds(
      TransactionState state, Errors expected) {
    ProducerEntry known = entry(state, EPOCH, EPOCH - 1);

    assertThat(ProducerRules.mayWrite(known, as(ID, EPOCH))).isEqualTo(expected);
    assertThat(ProducerRules.mayWrite(known, as(ID, EPOCH - 1))).isEqualTo(Errors.PRODUCER_FENCED);
    assertThat(ProducerRules.mayWrite(known, as(ID, EPOCH + 1))).isEqualTo(Errors.PRODUCER_FENCED);
    assertThat(ProducerRules.mayWrite(known, as(OLD_ID, EPOCH)))
        .isEqualTo(Errors.INVALID_PRODUCER_ID_MAPPING);
    assertThat(ProducerRules.mayWrite(null, as(ID, EPOCH)))
        .isEqualTo(Errors.INVALID_PRODUCER_ID_MAPPING);
  }

  // ---- ending with the same epoch

  private static Verdict end1(
      @Nullable ProducerEntry known, ProducerIdentity asked, boolean commit) {
    return ProducerRules.end(known, asked, commit, NOW_MS);
  }

  @ParameterizedTest
  @CsvSource({"true,PREPARE_COMMIT,COMPLETE_COMMIT", "false,PREPARE_ABORT,COMPLETE_ABORT"})
  void endsATransactionInItsEpoch(
      boolean commit, TransactionState prepared, TransactionState complete) {
    ProducerEntry next = become(end1(entry(ONGOING), as(ID, EPOCH), commit));
    ProducerEntry last = next.completed(NOW_MS + 1);

    assertThat(next)
        .isEqualTo(
            new ProducerEntry(
                ID, EPOCH, OLD_ID, (short) -1, NONE, TIMEOUT_MS, prepared, START_MS, NOW_MS));
    assertThat(last)
        .isEqualTo(
            new ProducerEntry(
                ID, EPOCH, OLD_ID, (short) -1, NONE, TIMEOUT_MS, complete, -1, NOW_MS + 1));
  }

  @ParameterizedTest
  @CsvSource({
    "PREPARE_COMMIT,true,Waits",
    "PREPARE_ABORT,false,Waits",
    "COMPLETE_COMMIT,true,Unchanged",
    "COMPLETE_ABORT,false,Unchanged",
    "PREPARE_COMMIT,false,Refused",
    "PREPARE_ABORT,true,Refused",
    "COMPLETE_COMMIT,false,Refused",
    "COMPLETE_ABORT,true,Refused",
    "EMPTY,true,Refused",
    "EMPTY,false,Refused"
  })
  void endsAgainOnlyAsBefore(TransactionState state, boolean commit, String expected) {
    Verdict verdict = end1(entry(state), as(ID, EPOCH), commit);

    assertThat(verdict.getClass().getSimpleName()).isEqualTo(expected);
    if (verdict instanceof Verdict.Refused refused) {
      assertThat(refused.error()).isEqualTo(Errors.INVALID_TXN_STATE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void onlyTheCurrentProducerEndsItsTransaction(TransactionState state) {
    ProducerEntry known = entry(state, EPOCH, EPOCH - 1);

    assertThat(refusal(end1(known, as(ID, EPOCH - 1), true))).isEqualTo(Errors.PRODUCER_FENCED);
    assertThat(refusal(end1(known, as(OLD_ID, EPOCH), true)))
        .isEqualTo(Errors.INVALID_PRODUCER_ID_MAPPING);
    assertThat(refusal(end1(null, as(ID, EPOCH), true)))
        .isEqualTo(Errors.INVALID_PRODUCER_ID_MAPPING);
    assertThat(refusal(end2(known, as(ID, EPOCH + 1), true))).isEqualTo(Errors.PRODUCER_FENCED);
    assertThat(refusal(end2(known, as(ID, EPOCH - 2), true))).isEqualTo(Errors.PRODUCER_FENCED);
    assertThat(refusal(end2(known, as(OLD_ID, EPOCH), true)))
        .isEqualTo(Errors.INVALID_PRODUCER_ID_MAPPING);
    assertThat(refusal(end2(null, as(ID, EPOCH), true)))
        .isEqualTo(Errors.INVALID_PRODUCER_ID_MAPPING);
  }

  // ---- ending with the next epoch

  private static Verdict end2(
      @Nullable ProducerEntry known, ProducerIdentity asked, boolean commit) {
    return ProducerRules.endWithBump(known, asked, commit, NONE, NOW_MS);
  }

  @ParameterizedTest
  @CsvSource({"true,PREPARE_COMMIT,COMPLETE_COMMIT", "false,PREPARE_ABORT,COMPLETE_ABORT"})
  void endsATransactionInTheNextEpochAndMayBeAskedAgain(
      boolean commit, TransactionState prepared, TransactionState complete) {
    ProducerEntry next = become(end2(entry(ONGOING), as(ID, EPOCH), commit));
    ProducerEntry last = next.completed(NOW_MS);

    assertThat(next.state()).isEqualTo(prepared);
    assertThat(next.identity()).isEqualTo(as(ID, EPOCH + 1));
    assertThat(end2(next, as(ID, EPOCH), commit)).isInstanceOf(Verdict.Waits.class);
    assertThat(refusal(end2(next, as(ID, EPOCH), !commit))).isEqualTo(Errors.INVALID_TXN_STATE);
    assertThat(refusal(end2(next, as(ID, EPOCH + 1), commit))).isEqualTo(Errors.PRODUCER_FENCED);
    assertThat(last.state()).isEqualTo(complete);
    assertThat(last.identity()).isEqualTo(as(ID, EPOCH + 1));
    assertThat(end2(last, as(ID, EPOCH), commit)).isInstanceOf(Verdict.Unchanged.class);
    assertThat(refusal(end2(last, as(ID, EPOCH), !commit))).isEqualTo(Errors.INVALID_TXN_STATE);
  }

  @ParameterizedTest
  @EnumSource(names = {"EMPTY", "COMPLETE_COMMIT", "COMPLETE_ABORT"})
  void abortingNothingGivesTheNextEpochAndCommittingNothingIsRefused(TransactionState state) {
    ProducerEntry known = entry(state, EPOCH, EPOCH - 1);
    ProducerEntry next = become(end2(known, as(ID, EPOCH), false));

    assertThat(next.state()).isEqualTo(COMPLETE_ABORT);
    assertThat(next.identity()).isEqualTo(as(ID, EPOCH + 1));
    assertThat(end2(next, as(ID, EPOCH), false)).isInstanceOf(Verdict.Unchanged.class);
    assertThat(refusal(end2(known, as(ID, EPOCH), true))).isEqualTo(Errors.INVALID_TXN_STATE);
  }

  @Test
  void whoHasJustBegunHasNoEarlierEndToRepeat() {
    ProducerEntry known = entry(EMPTY, EPOCH, EPOCH - 1);

    assertThat(refusal(end2(known, as(ID, EPOCH - 1), false))).isEqualTo(Errors.PRODUCER_FENCED);
    assertThat(refusal(end2(known, as(ID, EPOCH - 1), true))).isEqualTo(Errors.PRODUCER_FENCED);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void afterTheLastEpochATransactionEndsWithANewId(boolean commit) {
    ProducerEntry known = entry(ONGOING, LAST, -1);
    assertThat(end2(known, as(ID, LAST), commit)).isInstanceOf(Verdict.NeedsProducerId.class);

    ProducerEntry next =
        become(ProducerRules.endWithBump(known, as(ID, LAST), commit, FRESH_ID, NOW_MS));
    ProducerEntry last = next.completed(NOW_MS);

    assertThat(next.identity()).as("that of the markers").isEqualTo(as(ID, BEYOND));
    assertThat(end2(next, as(ID, LAST), commit)).isInstanceOf(Verdict.Waits.class);
    assertThat(last.identity()).isEqualTo(as(FRESH_ID, 0));
    assertThat(last.state()).isEqualTo(commit ? COMPLETE_COMMIT : COMPLETE_ABORT);
    assertThat(end2(last, as(ID, LAST), commit)).isInstanceOf(Verdict.Unchanged.class);
  }

  @Test
  void whoClaimsTheEpochThatFencesTheLastIsFenced() {
    ProducerEntry fenced = entry(TransactionState.COMPLETE_ABORT, BEYOND, NONE_EPOCH);

    assertThat(ProducerRules.mayWrite(fenced, as(ID, BEYOND))).isEqualTo(Errors.PRODUCER_FENCED);
    assertThat(refusal(end1(fenced, as(ID, BEYOND), true))).isEqualTo(Errors.PRODUCER_FENCED);
    assertThat(refusal(end2(fenced, as(ID, BEYOND), false))).isEqualTo(Errors.PRODUCER_FENCED);
  }

  @Test
  void abortingNothingAfterTheLastEpochGivesANewId() {
    ProducerEntry known = entry(EMPTY, LAST, -1);
    assertThat(end2(known, as(ID, LAST), false)).isInstanceOf(Verdict.NeedsProducerId.class);

    ProducerEntry next =
        become(ProducerRules.endWithBump(known, as(ID, LAST), false, FRESH_ID, NOW_MS));

    assertThat(next.identity()).isEqualTo(as(FRESH_ID, 0));
    assertThat(next.state()).isEqualTo(COMPLETE_ABORT);
    assertThat(end2(next, as(ID, LAST), false)).isInstanceOf(Verdict.Unchanged.class);
  }

  // ---- joining

  @ParameterizedTest
  @EnumSource(names = {"EMPTY", "COMPLETE_COMMIT", "COMPLETE_ABORT"})
  void theFirstParticipantBeginsATransaction(TransactionState state) {
    ProducerEntry begun = entry(state).joined(NOW_MS);

    assertThat(begun.state()).isEqualTo(ONGOING);
    assertThat(begun.startMs()).isEqualTo(NOW_MS);
    assertThat(begun.joined(NOW_MS + 5).startMs()).isEqualTo(NOW_MS);
  }

  @Test
  void theStatesOfTheWireAreKafkas() {
    assertThat(PREPARE_COMMIT.wireName()).isEqualTo("PrepareCommit");
    for (TransactionState state : TransactionState.values()) {
      assertThat(TransactionState.ofWireName(state.wireName())).isEqualTo(state);
      assertThat(TransactionState.ofId(state.id())).isEqualTo(state);
    }
    assertThat(TransactionState.ofWireName("Dead")).isNull();
  }
}
