package io.millrace.server.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.batch.BatchBuilder;
import io.millrace.log.AppendResult;
import io.millrace.log.OffsetOutOfRangeException;
import io.millrace.log.OutOfOrderSequenceException;
import io.millrace.log.StoreFullException;
import io.millrace.log.TimestampOffset;
import io.millrace.server.catalog.CatalogException;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.partition.Isolation;
import io.millrace.server.partition.OffsetWait;
import io.millrace.server.partition.PartitionUnavailableException;
import io.millrace.server.partition.PartitionView;
import io.millrace.server.partition.RefusedBatchException;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionsTest {
  private final SteppedServer server = new SteppedServer(2);
  private final Topic topic = server.createTopic(TopicSpec.topic("t", 2));

  @Test
  void recordsAreReadInTheOrderInWhichTheyWereSent() {
    server.produce(topic.partition(0), "a", "b");
    AppendResult last = server.produce(topic.partition(0), "c");

    assertThat(last.baseOffset()).isEqualTo(2);
    assertThat(last.nextOffset()).isEqualTo(3);
    assertThat(server.values(topic.partition(0))).containsExactly("a", "b", "c");
    assertThat(server.values(topic.partition(1))).isEmpty();
  }

  @Test
  void anAppendIsAnsweredOnlyWhenItIsDurable() {
    server.view(topic.partition(0));
    Answer<AppendResult> answer =
        server.begin(r -> server.broker().produce(topic.partition(0), server.batch("a"), r));
    while (!answer.isDone()) {
      server.step();
    }

    server.crash();

    assertThat(server.values(topic.partition(0))).containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void whatWasAcknowledgedSurvivesACrashAtAnyStep(long seed) {
    try (SteppedServer crashing = new SteppedServer(seed)) {
      Random random = new Random(seed);
      Topic made = crashing.createTopic(TopicSpec.topic("t", 3));
      int[] acknowledged = new int[3];
      for (int round = 0; round < 20; round++) {
        int partition = random.nextInt(3);
        Answer<AppendResult> answer =
            crashing.begin(
                r -> crashing.broker().produce(made.partition(partition), crashing.batch("x"), r));
        int steps = random.nextInt(60);
        for (int i = 0; i < steps; i++) {
          crashing.step();
        }
        if (answer.isOk()) {
          acknowledged[partition] = (int) answer.get().nextOffset();
        }
        if (random.nextInt(4) == 0) {
          crashing.crash();
        }
        assertThat(crashing.view(made.partition(partition)).highWatermark())
            .as("seed %d round %d", seed, round)
            .isGreaterThanOrEqualTo(acknowledged[partition]);
      }
    }
  }

  @Test
  void unknownPartitionsAreRefused() {
    assertThatThrownBy(() -> server.produce(topic.partition(2), "x"))
        .isInstanceOf(CatalogException.class)
        .hasMessageContaining("has no partition 2");
  }

  @Test
  void clientsMayNotWriteControlBatches() {
    BatchBuilder control = new BatchBuilder(100);
    control.setControl(true).append(0, ByteBuffer.allocate(4), ByteBuffer.allocate(4));

    assertThatThrownBy(
            () ->
                server.<AppendResult>ask(
                    r -> server.broker().produce(topic.partition(0), control.take(), r)))
        .isInstanceOf(RefusedBatchException.class);
  }

  @Test
  void readersAreWokenWhenThereIsMore() {
    PartitionView view = server.view(topic.partition(0));
    AtomicInteger woken = new AtomicInteger();
    view.await(0, Isolation.READ_UNCOMMITTED, woken::incrementAndGet);
    view.await(1, Isolation.READ_UNCOMMITTED, woken::incrementAndGet);
    assertThat(woken).hasValue(0);

    server.produce(topic.partition(0), "a");
    assertThat(woken).hasValue(1);
    server.produce(topic.partition(0), "b");
    assertThat(woken).hasValue(2);

    view.await(1, Isolation.READ_UNCOMMITTED, woken::incrementAndGet);
    assertThat(woken).as("the record is there already").hasValue(3);
  }

  @Test
  void aWaitThatWasGivenUpIsNotWoken() {
    PartitionView view = server.view(topic.partition(0));
    AtomicInteger woken = new AtomicInteger();
    OffsetWait wait = view.await(0, Isolation.READ_UNCOMMITTED, woken::incrementAndGet);

    assertThat(wait.cancel()).isTrue();
    server.produce(topic.partition(0), "a");

    assertThat(woken).hasValue(0);
    assertThat(wait.cancel()).isFalse();
  }

  @Test
  void deletingATopicWakesThoseWhoWait() {
    PartitionView view = server.view(topic.partition(0));
    AtomicInteger woken = new AtomicInteger();
    view.await(0, Isolation.READ_UNCOMMITTED, woken::incrementAndGet);

    server.<Topic>ask(reply -> server.broker().deleteTopic(topic.id(), reply));
    server.settle();

    assertThat(woken).hasValue(1);
    assertThat(view.isOpen()).isFalse();
    assertThat(server.broker().partition(topic.partition(0))).isNull();
  }

  @Test
  void aLogThatSomebodyTookAwayComesBackAfterAPause() {
    server.produce(topic.partition(0), "kept");
    PartitionView before = server.view(topic.partition(0));
    server.takeOver(topic.partition(0));

    Answer<AppendResult> unlucky =
        server.begin(r -> server.broker().produce(topic.partition(0), server.batch("x"), r));
    server.settle();
    assertThat(unlucky.error()).isInstanceOf(PartitionUnavailableException.class);
    assertThat(before.isOpen()).isFalse();

    server.pass(1100);
    server.produce(topic.partition(0), "again");
    assertThat(server.values(topic.partition(0))).containsExactly("kept", "again");
  }

  @Test
  void aProducersBatchThatIsSentAgainIsKeptOnce() {
    long id = server.<Long>ask(reply -> server.broker().nextProducerId(reply));
    AppendResult first = produce(id, 0, "a", "b");
    AppendResult second = produce(id, 2, "c");

    server.crash();
    AppendResult again = produce(id, 2, "c");

    assertThat(first.duplicate()).isFalse();
    assertThat(again.duplicate()).isTrue();
    assertThat(again.baseOffset()).isEqualTo(second.baseOffset());
    assertThatThrownBy(() -> produce(id, 9, "gap")).isInstanceOf(OutOfOrderSequenceException.class);
    assertThat(server.values(topic.partition(0))).containsExactly("a", "b", "c");
  }

  private AppendResult produce(long producerId, int sequence, String... values) {
    BatchBuilder builder = new BatchBuilder(256);
    for (String value : values) {
      builder.append(1, null, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    }
    builder.setProducer(producerId, (short) 0, sequence);
    return server.ask(reply -> server.broker().produce(topic.partition(0), builder.take(), reply));
  }

  @Test
  void aFullDiskIsToldToProducersAndForgottenWhenThereIsSpace() {
    server.produce(topic.partition(0), "before");
    server.files().setCapacity(server.files().usedBytes());
    server.pass(1000);

    assertThatThrownBy(() -> server.produce(topic.partition(0), "x".repeat(10_000)))
        .isInstanceOf(StoreFullException.class);
    assertThat(server.values(topic.partition(0))).containsExactly("before");

    server.files().setCapacity(Long.MAX_VALUE);
    server.pass(1000);
    server.produce(topic.partition(0), "after");
    assertThat(server.values(topic.partition(0))).containsExactly("before", "after");
  }

  @Test
  void aFailedSyncAcknowledgesNothingAndIsToldToWhoeverRunsTheServer() {
    server.produce(topic.partition(0), "before");
    CompletableFuture<Void> told = server.core().whenStoreFailed().toCompletableFuture();
    server.files().failSyncs(path -> true);
    Answer<AppendResult> refused =
        server.begin(r -> server.broker().produce(topic.partition(0), server.batch("x"), r));
    server.settle();

    assertThat(refused.error()).isInstanceOf(PartitionUnavailableException.class);
    assertThat(told).isDone();
    assertThat(server.broker().isServing()).isFalse();

    server.kill();
    assertThat(server.values(topic.partition(0))).startsWith("before");
    server.produce(topic.partition(0), "after");
    assertThat(server.values(topic.partition(0))).startsWith("before").endsWith("after");
  }

  @Test
  void deletingATopicWhileItsLogIsBeingOpenedLeavesNothing() {
    Answer<AppendResult> append =
        server.begin(r -> server.broker().produce(topic.partition(0), server.batch("x"), r));
    server.<Topic>ask(reply -> server.broker().deleteTopic(topic.id(), reply));
    server.settle();

    assertThat(append.isDone()).isTrue();
    assertThat(server.store().logs()).noneMatch(id -> id.group().equals(topic.id()));
    assertThat(server.broker().openPartitions())
        .noneMatch(view -> view.id().group().equals(topic.id()));
  }

  private Optional<TimestampOffset> offsetAt(long timestampMs) {
    return server.ask(
        reply ->
            server
                .broker()
                .listOffset(topic.partition(0), timestampMs, Isolation.READ_UNCOMMITTED, reply));
  }

  @Test
  void offsetsAreFoundByTime() {
    long firstMs = server.agents().clock().wallMs();
    server.produce(topic.partition(0), "a");
    server.pass(1000);
    server.produce(topic.partition(0), "b");

    assertThat(offsetAt(OffsetLookup.EARLIEST).orElseThrow().offset()).isZero();
    assertThat(offsetAt(OffsetLookup.LATEST).orElseThrow().offset()).isEqualTo(2);
    assertThat(offsetAt(OffsetLookup.MAX_TIMESTAMP).orElseThrow().offset()).isEqualTo(1);
    assertThat(offsetAt(firstMs + 1).orElseThrow().offset()).isEqualTo(1);
    assertThat(offsetAt(firstMs + 5000)).isEmpty();
    assertThat(offsetAt(OffsetLookup.LATEST_TIERED)).isEmpty();
  }

  @Test
  void recordsAreDeletedUpToAnOffsetButNotBeyondTheEnd() {
    server.produce(topic.partition(0), "a");
    server.produce(topic.partition(0), "b");

    long start = server.ask(r -> server.broker().deleteRecords(topic.partition(0), 1, r));

    assertThat(start).isEqualTo(1);
    assertThat(server.values(topic.partition(0))).containsExactly("b");
    assertThatThrownBy(
            () -> server.<Long>ask(r -> server.broker().deleteRecords(topic.partition(0), 9, r)))
        .isInstanceOf(OffsetOutOfRangeException.class);
    assertThat(server.<Long>ask(r -> server.broker().deleteRecords(topic.partition(0), -1, r)))
        .isEqualTo(2);
  }

  @Test
  void partitionsCountWhatGoesThrough() {
    AppendResult result = server.produce(topic.partition(0), "a", "b");
    PartitionView view = server.view(topic.partition(0));
    view.counters().sent(42);

    assertThat(view.counters().recordsIn()).isEqualTo(result.nextOffset());
    assertThat(view.counters().bytesIn()).isPositive();
    assertThat(view.counters().bytesOut()).isEqualTo(42);
  }
}
