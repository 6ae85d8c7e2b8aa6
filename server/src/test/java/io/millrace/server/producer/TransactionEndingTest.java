package io.millrace.server.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.kernel.Randomness;
import io.millrace.kernel.SteppedAgents;
import io.millrace.log.Decompressor;
import io.millrace.log.file.MemoryFileSystem;
import io.millrace.log.local.LocalStore;
import io.millrace.log.local.LocalStoreConfig;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.ShardConfig;
import io.millrace.server.shard.ShardUnavailableException;
import io.millrace.server.shard.Shards;
import io.millrace.server.testing.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.ConcurrentTransactionsException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A transaction ends with a group that does not answer, or says that it cannot. */
class TransactionEndingTest {
  private static final ProducerConfig CONFIG = ProducerConfig.DEFAULT;
  private static final int MAX_WAITING = 64;

  private static final int SEED = 6;
  private static final int MAX_STEPS = 100_000;

  private final SteppedAgents agents = new SteppedAgents(SEED, 1_700_000_000_000L);

  private final List<Reply<Void>> told = new ArrayList<>();
  private final List<Short> epochs = new ArrayList<>();
  private final ProducerCoordinator coordinator = coordinator();
  private ProducerKey producer = new ProducerKey("tx", -1, (short) -1);

  private ProducerCoordinator coordinator() {
    TransactionStats stats = new TransactionStats();
    Shards shards =
        new Shards(
            1,
            ShardConfig.DEFAULT,
            agents.clock(),
            store(),
            Runnable::run,
            machines ->
                machines.add(
                    new TransactionalProducers(
                        machines.shard(),
                        machines.shards(),
                        reply -> reply.ok(5L),
                        this::tell,
                        CONFIG,
                        stats)));
    shards.start(agents, 1);
    settle();
    return new ProducerCoordinator(shards, stats);
  }

  private LocalStore store() {
    try {
      return new LocalStore(
          new MemoryFileSystem(),
          agents,
          LocalStoreConfig.small(),
          Decompressor.NONE,
          Randomness.seeded(SEED));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void settle() {
    agents.runUntilIdle(MAX_STEPS);
  }

  private void pass(long durationMs) {
    agents.runFor(durationMs, MAX_STEPS);
  }

  private void tell(String group, long producerId, short epoch, boolean commit, Reply<Void> reply) {
    told.add(reply);
    epochs.add(epoch);
  }

  @BeforeEach
  void beginATransaction() {
    Answer<ProducerIdentity> begun = init();
    producer = new ProducerKey("tx", begun.get());
    coordinator.joinGroup(producer, "g", new Answer<>());
    settle();
  }

  private Answer<ProducerIdentity> init() {
    Answer<ProducerIdentity> answer = new Answer<>();
    coordinator.init(new InitProducer("tx", 60_000, null), answer);
    settle();
    return answer;
  }

  private Answer<ProducerIdentity> commit() {
    Answer<ProducerIdentity> answer = new Answer<>();
    coordinator.end(producer, true, true, answer);
    settle();
    return answer;
  }

  @SuppressWarnings("NullAway") // A reply of Void can only be null.
  private void answer(int index) {
    told.get(index).ok(null);
    settle();
  }

  @Test
  void answersWhenEveryoneKnowsAndNotBefore() {
    Answer<ProducerIdentity> end = commit();
    assertThat(told).hasSize(1);
    assertThat(epochs).containsExactly((short) 1);
    assertThat(end.isDone()).isFalse();

    answer(0);

    assertThat(end.get()).isEqualTo(new ProducerIdentity(5, (short) 1));
  }

  @Test
  void tellsAgainWhoCouldNotBeReached() {
    Answer<ProducerIdentity> end = commit();
    told.get(0).fail(new ShardUnavailableException("not now", false, null));
    settle();
    assertThat(told).hasSize(1);
    pass(CONFIG.retryMs() + 10);

    assertThat(told).hasSize(2);
    answer(1);
    assertThat(end.isOk()).isTrue();
  }

  @Test
  void whoHasWaitedForLongIsToldToAskAgain() {
    Answer<ProducerIdentity> end = commit();
    pass(CONFIG.patienceMs() + 1);
    assertThat(end.error()).isInstanceOf(ConcurrentTransactionsException.class);
    Answer<ProducerIdentity> again = commit();
    assertThat(again.isDone()).isFalse();

    answer(0);

    assertThat(again.get()).isEqualTo(new ProducerIdentity(5, (short) 1));
    assertThat(commit().get()).isEqualTo(again.get());
  }

  @Test
  void aNewProducerWaitsAndFencesTheOld() {
    Answer<ProducerIdentity> young = init();
    assertThat(young.isDone()).isFalse();
    assertThat(epochs).containsExactly((short) 1);

    answer(0);

    assertThat(young.get()).isEqualTo(new ProducerIdentity(5, (short) 2));
  }

  @Test
  void onlySoManyWait() {
    List<Answer<ProducerIdentity>> waiting = new ArrayList<>();
    for (int i = 0; i < MAX_WAITING; i++) {
      waiting.add(commit());
    }

    assertThat(commit().error()).isInstanceOf(ConcurrentTransactionsException.class);
    answer(0);
    assertThat(waiting).allMatch(Answer::isOk);
  }
}
