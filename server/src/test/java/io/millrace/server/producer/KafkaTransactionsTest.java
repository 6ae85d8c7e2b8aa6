package io.millrace.server.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.AppendResult;
import io.millrace.log.Log;
import io.millrace.log.LogId;
import io.millrace.server.broker.ServerCoreConfig;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicConfigKeys;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.ConcurrentTransactionsException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The transaction coordinator with real partitions, on a server that is stepped. */
class KafkaTransactionsTest {
  private static final long EXPIRATION_MS = 3_600_000;
  private static final int MAX_IDS = 20;

  private final SteppedServer server =
      new SteppedServer(
          11,
          ServerCoreConfig.DEFAULT.withProducer(
              ProducerConfig.DEFAULT.withIdExpiration(EXPIRATION_MS, 60_000).withMaxIds(MAX_IDS)));
  private final Topic topic = server.createTopic(TopicSpec.topic("t", 3));
  private final LogId first = topic.partition(0);
  private final LogId second = topic.partition(1);

  private TestProducer producer(boolean version2) {
    return new TestProducer(server, "tx", version2).init();
  }

  private Log log(LogId partition) {
    return server.view(partition).log();
  }

  /** Whether everything in the partition is decided. */
  private boolean isStable(LogId partition) {
    return log(partition).stableOffset() == log(partition).durableOffset();
  }

  private int abortedIn(LogId partition) {
    return log(partition).abortedTransactions(0, Long.MAX_VALUE).size();
  }

  private TransactionState state() {
    Answer<Optional<TransactionInfo>> answer =
        server.begin(reply -> server.broker().producers().describe("tx", reply));
    server.settle();
    return answer.get().orElseThrow().state();
  }

  // ---- the course of a transaction

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void commitsInAllPartitionsBeforeItAnswers(boolean version2) {
    TestProducer producer = producer(version2);
    producer.send(first, "a");
    producer.send(second, "b");
    assertThat(isStable(first)).isFalse();

    producer.commit();

    assertThat(isStable(first)).isTrue();
    assertThat(isStable(second)).isTrue();
    assertThat(abortedIn(first)).isZero();
    assertThat(server.values(first)).contains("a");
    assertThat(state()).isEqualTo(TransactionState.COMPLETE_COMMIT);
    assertThat(server.broker().producers().stats().committed()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void abortsInAllPartitions(boolean version2) {
    TestProducer producer = producer(version2);
    producer.send(first, "a");
    producer.send(second, "b");

    producer.abort();

    assertThat(isStable(first)).isTrue();
    assertThat(abortedIn(first)).isEqualTo(1);
    assertThat(abortedIn(second)).isEqualTo(1);
    assertThat(state()).isEqualTo(TransactionState.COMPLETE_ABORT);
    assertThat(server.broker().producers().stats().aborted()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void runsOneTransactionAfterAnother(boolean version2) {
    TestProducer producer = producer(version2);
    for (int i = 0; i < 5; i++) {
      producer.send(first, "v" + i);
      if (i % 2 == 0) {
        producer.commit();
      } else {
        producer.abort();
      }
    }

    assertThat(abortedIn(first)).isEqualTo(2);
    assertThat(isStable(first)).isTrue();
    assertThat(producer.identity().epoch()).isEqualTo((short) (version2 ? 5 : 0));
    assertThat(server.broker().producers().stats().begun()).isEqualTo(5);
  }

  @Test
  void keepsTheOrderOfWhatIsSentAtOnce() {
    TestProducer producer = producer(true);
    List<Answer<AppendResult>> answers =
        List.of(
            producer.beginSend(first, "a"),
            producer.beginSend(first, "b"),
            producer.beginSend(first, "c"));
    server.step();
    Answer<AppendResult> last = producer.beginSend(first, "d");
    server.settle();

    answers.forEach(answer -> assertThat(answer.isOk()).as("%s", answer).isTrue());
    assertThat(last.isOk()).isTrue();
    assertThat(server.values(first)).containsExactly("a", "b", "c", "d");
  }

  @Test
  void givesTheSameAnswerToAnEndThatIsAskedForAgain() {
    TestProducer producer = producer(true);
    producer.send(first, "a");
    Answer<ProducerIdentity> answer = producer.beginEnd(true);
    Answer<ProducerIdentity> meanwhile = producer.beginEnd(true);
    server.settle();
    Answer<ProducerIdentity> later = producer.beginEnd(true);
    server.settle();

    assertThat(meanwhile.get()).isEqualTo(answer.get());
    assertThat(later.get()).isEqualTo(answer.get());
    assertThat(answer.get().epoch()).isEqualTo((short) 1);
  }

  // ---- refusals

  @Test
  void takesNothingForAPartitionThatHasNotJoined() {
    TestProducer producer = producer(false);

    Answer<AppendResult> refused = producer.beginSend(first, "a");
    server.settle();

    assertThat(refused.error()).isInstanceOf(TransactionAbortableException.class);
    assertThat(server.values(first)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void takesNothingBehindTheEndOfATransaction(boolean version2) {
    TestProducer producer = producer(version2);
    producer.send(first, "a");
    Answer<ProducerIdentity> end = producer.beginEnd(true);
    server.settle();
    Answer<AppendResult> late = producer.beginSend(first, "late");
    server.settle();

    assertThat(end.isOk()).isTrue();
    assertThat(late.error())
        .isInstanceOf(
            version2 ? ProducerFencedException.class : TransactionAbortableException.class);
    assertThat(isStable(first)).isTrue();
    assertThat(server.values(first)).doesNotContain("late");
  }

  @Test
  void knowsWhoIsWho() {
    TestProducer producer = producer(true);
    TestProducer other = new TestProducer(server, "other", true);
    other.became(producer.identity());
    Answer<AppendResult> stranger = other.beginSend(first, "a");
    Answer<ProducerIdentity> end = other.beginEnd(true);
    Answer<ProducerIdentity> nothing = producer.beginEnd(true);
    server.settle();

    assertThat(stranger.error()).isInstanceOf(InvalidPidMappingException.class);
    assertThat(end.error()).isInstanceOf(InvalidPidMappingException.class);
    assertThat(nothing.error()).isInstanceOf(InvalidTxnStateException.class);
  }

  @Test
  void remembersOnlySoManyTransactionalIds() {
    Answer<ProducerIdentity> last = new Answer<>();
    for (int i = 0; i < MAX_IDS * 20; i++) {
      last = new TestProducer(server, "tx" + i, true).beginInit();
      server.settle();
    }

    assertThat(last.error()).isInstanceOf(PolicyViolationException.class);
  }

  // ---- fencing and time

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aNewProducerEndsTheTransactionOfItsPredecessorAndFencesIt(boolean version2) {
    TestProducer old = producer(version2);
    old.send(first, "old");

    TestProducer young = producer(version2);
    Answer<AppendResult> late = old.beginSend(first, "late");
    Answer<ProducerIdentity> end = old.beginEnd(true);
    server.settle();

    assertThat(young.identity().producerId()).isEqualTo(old.identity().producerId());
    assertThat(young.identity().epoch()).isEqualTo((short) (old.identity().epoch() + 2));
    assertThat(late.error()).isInstanceOf(ProducerFencedException.class);
    assertThat(end.error()).isInstanceOf(ProducerFencedException.class);
    assertThat(abortedIn(first)).isEqualTo(1);
    young.send(first, "young");
    young.commit();
    assertThat(abortedIn(first)).isEqualTo(1);
    assertThat(server.broker().producers().stats().fenced()).isEqualTo(2);
  }

  @Test
  void whatAFencedProducerWritesIntoTheOpenTransactionOfItsSuccessorIsRefused() {
    TestProducer old = producer(true);
    old.send(first, "old");
    TestProducer young = producer(true);
    young.send(first, "young");

    Answer<AppendResult> late = old.beginSend(first, "late");
    server.settle();

    assertThat(late.error()).isInstanceOf(ProducerFencedException.class);
    young.commit();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void abortsWhatTakesTooLong(boolean version2) {
    TestProducer producer = producer(version2);
    producer.send(first, "a");
    server.pass(TestProducer.TIMEOUT_MS - 1000);
    assertThat(state()).isEqualTo(TransactionState.ONGOING);
    server.pass(2000);

    assertThat(isStable(first)).isTrue();
    assertThat(abortedIn(first)).isEqualTo(1);
    assertThat(server.broker().producers().stats().timedOut()).isEqualTo(1);
    Answer<ProducerIdentity> end = producer.beginEnd(true);
    server.settle();
    assertThat(end.error()).isInstanceOf(ProducerFencedException.class);
  }

  @Test
  void aTransactionThatEndedInTimeIsNotAbortedLater() {
    TestProducer producer = producer(false);
    producer.send(first, "a");
    producer.commit();
    server.pass(TestProducer.TIMEOUT_MS / 2);
    producer.send(first, "b");
    server.pass(TestProducer.TIMEOUT_MS / 2 + 1000);

    assertThat(state()).isEqualTo(TransactionState.ONGOING);
  }

  @Test
  void forgetsTransactionalIdsThatNobodyUses() {
    TestProducer producer = producer(true);
    ProducerIdentity before = producer.identity();
    server.pass(EXPIRATION_MS + 120_000);
    server.crash();

    assertThat(producer(true).identity().producerId()).isNotEqualTo(before.producerId());
  }

  // ---- restarts

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTransactionThatIsOpenSurvivesACrashAndCanBeCommitted(boolean version2) {
    TestProducer producer = producer(version2);
    producer.send(first, "a");
    server.crash();
    assertThat(state()).isEqualTo(TransactionState.ONGOING);
    producer.send(second, "b");
    producer.commit();

    assertThat(isStable(first)).isTrue();
    assertThat(isStable(second)).isTrue();
    assertThat(abortedIn(first)).isZero();
  }

  @Test
  void theTimeoutCountsFromTheBeginningAcrossACrash() {
    TestProducer producer = producer(true);
    producer.send(first, "a");
    server.pass(TestProducer.TIMEOUT_MS - 1000);
    server.crash();
    server.pass(2000);

    assertThat(isStable(first)).isTrue();
    assertThat(abortedIn(first)).isEqualTo(1);
  }

  @Test
  void aClockThatGoesBackDoesNotKeepAnAbandonedTransactionOpen() {
    TestProducer producer = producer(true);
    producer.send(first, "a");
    server.crash(-3_600_000);
    server.pass(TestProducer.TIMEOUT_MS + 1000);

    assertThat(isStable(first)).isTrue();
    assertThat(abortedIn(first)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 30, 40})
  void aCrashAtAnyStepOfACommitLeavesTheTransactionOpenOrCommitted(int steps) {
    TestProducer producer = producer(true);
    producer.send(first, "a");
    producer.send(second, "b");
    Answer<ProducerIdentity> end = producer.beginEnd(true);
    for (int i = 0; i < steps; i++) {
      server.step();
    }
    boolean answered = end.isOk();
    server.crash();
    server.settle();
    server.view(first);
    server.settle();

    if (state() == TransactionState.ONGOING) {
      assertThat(answered).isFalse();
      assertThat(isStable(first)).isFalse();
    } else {
      assertThat(state()).isEqualTo(TransactionState.COMPLETE_COMMIT);
    }
    Answer<ProducerIdentity> again = producer.beginEnd(true);
    server.settle();
    assertThat(again.get().epoch()).isEqualTo((short) 1);
    assertThat(isStable(first)).isTrue();
    assertThat(isStable(second)).isTrue();
    assertThat(abortedIn(first)).isZero();
    assertThat(abortedIn(second)).isZero();
  }

  @Test
  void whatHasEndedIsKnownAfterACrash() {
    TestProducer producer = producer(true);
    producer.send(first, "a");
    producer.commit();
    ProducerIdentity identity = producer.identity();
    server.crash();
    server.settle();

    producer.send(first, "b");
    producer.abort();

    assertThat(producer.identity().epoch()).isEqualTo((short) (identity.epoch() + 1));
    assertThat(abortedIn(first)).isEqualTo(1);
  }

  // ---- participants that are not there

  @Test
  void aTopicThatIsDeletedMeanwhileHoldsNothingUp() {
    TestProducer producer = producer(true);
    producer.send(first, "a");
    Topic gone = server.createTopic(TopicSpec.topic("gone", 1));
    producer.send(gone.partition(0), "b");
    server.<Topic>ask(reply -> server.broker().deleteTopic(gone.id(), reply));

    producer.commit();

    assertThat(isStable(first)).isTrue();
  }

  @Test
  void aTopicThatTakesOnlyTinyBatchesHoldsNothingUp() {
    TestProducer producer = producer(true);
    producer.send(first, "a");
    server.<Topic>ask(
        reply ->
            server
                .broker()
                .alterTopicConfig(
                    topic.id(), Map.of(TopicConfigKeys.MAX_MESSAGE_BYTES, "1"), reply));

    producer.commit();

    assertThat(isStable(first)).isTrue();
  }

  @Test
  void aGroupTakesPart() {
    TestProducer producer = producer(true);
    Answer<Void> joined = producer.joinGroup("g");
    server.settle();
    assertThat(joined.isOk()).isTrue();
    assertThat(state()).isEqualTo(TransactionState.ONGOING);

    producer.commit();

    assertThat(state()).isEqualTo(TransactionState.COMPLETE_COMMIT);
  }

  @Test
  void whileATransactionEndsNothingJoinsInItsEpoch() {
    TestProducer producer = producer(false);
    producer.send(first, "a");
    Answer<ProducerIdentity> end = producer.beginEnd(true);
    Answer<Void> join = producer.join(second);
    server.settle();

    assertThat(end.isOk()).isTrue();
    assertThat(join.error()).isInstanceOf(ConcurrentTransactionsException.class);
  }

  @Test
  void anAdministratorEndsATransactionInAPartition() {
    TestProducer producer = producer(true);
    producer.send(first, "a");

    server.<AppendResult>ask(
        reply -> server.broker().endTransaction(first, producer.identity(), false, reply));

    assertThat(isStable(first)).isTrue();
    assertThat(abortedIn(first)).isEqualTo(1);
  }
}
