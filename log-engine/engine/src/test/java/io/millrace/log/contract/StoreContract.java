package io.millrace.log.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.batch.BatchFormat;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.TimestampType;
import io.millrace.log.AppendOptions;
import io.millrace.log.AppendResult;
import io.millrace.log.BatchTooLargeException;
import io.millrace.log.CorruptBatchException;
import io.millrace.log.Durability;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogFencedException;
import io.millrace.log.LogId;
import io.millrace.log.LogSlice;
import io.millrace.log.OffsetOutOfRangeException;
import io.millrace.log.OutOfOrderSequenceException;
import io.millrace.log.ProducerState;
import io.millrace.log.StaleProducerException;
import io.millrace.log.StoreHealth;
import io.millrace.log.TimestampOffset;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every store must do. */
public abstract class StoreContract {
  protected static final LogId ID = new LogId(new UUID(1, 2), 3);
  private static final int ANY_BYTES = 1 << 20;

  @SuppressWarnings("NullAway.Init") // set before each test
  protected StoreHarness harness;

  protected final RecordingListener listener = new RecordingListener();

  /** Makes an empty store. */
  protected abstract StoreHarness newHarness() throws Exception;

  @BeforeEach
  void openHarness() throws Exception {
    harness = newHarness();
  }

  @AfterEach
  void closeHarness() {
    harness.close();
  }

  protected Log open() {
    return open(ID, LogConfig.DEFAULT);
  }

  protected Log open(LogId id, LogConfig config) {
    return harness.await(harness.store().open(id, config, listener));
  }

  protected AppendResult append(Log log, String... texts) {
    return log.append(Batches.of(5, texts), AppendOptions.CLIENT);
  }

  protected void awaitDurable(Log log) {
    harness.await(() -> log.durableOffset() == log.endOffset());
  }

  protected List<String> texts(Log log) {
    return Batches.texts(harness, log, 200);
  }

  @Test
  void anEmptyLogBeginsAndEndsAtZero() {
    Log log = open();

    assertThat(log.startOffset()).isZero();
    assertThat(log.endOffset()).isZero();
    assertThat(log.durableOffset()).isZero();
    assertThat(harness.await(log.read(0, ANY_BYTES, 0)).sizeInBytes()).isZero();
    assertThat(harness.await(log.findTimestamp(0))).isEmpty();
    assertThat(harness.await(log.maxTimestamp())).isEmpty();
    assertThat(harness.store().logs()).containsExactly(ID);
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void givesDenseOffsetsAndReadsInOrderWhateverTheDurability(Durability durability) {
    Log log = open(ID, LogConfig.DEFAULT.withDurability(durability));
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      AppendResult result = append(log, "a" + i, "b" + i);
      assertThat(result.baseOffset()).isEqualTo(2L * i);
      assertThat(result.nextOffset()).isEqualTo(2L * i + 2);
      assertThat(result.duplicate()).isFalse();
      expected.add("a" + i);
      expected.add("b" + i);
    }
    awaitDurable(log);
    harness.await(() -> listener.durableOffset() == 100);

    assertThat(log.endOffset()).isEqualTo(100);
    assertThat(texts(log)).isEqualTo(expected);
    assertThat(listener.wentBack()).isFalse();
    assertThat(log.sizeInBytes()).isPositive();
  }

  @Test
  void writesOffsetsEpochAndAppendTimeIntoTheBatches() throws Exception {
    Log log = open();
    ByteBuffer two = Batches.together(Batches.of(5, "x"), Batches.of(6, "y", "z"));
    AppendResult result = log.append(two, new AppendOptions(7, 1234, false, true));
    awaitDurable(log);

    assertThat(result.logAppendTimeMs()).isEqualTo(1234);
    try (LogSlice slice = harness.await(log.read(0, ANY_BYTES, 3))) {
      RecordBatchView batch = new RecordBatchView();
      assertThat(batch.first(slice.bytes())).isTrue();
      assertThat(batch.leaderEpoch()).isEqualTo(7);
      assertThat(batch.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
      assertThat(batch.isCrcValid()).isTrue();
      assertThat(batch.next()).isTrue();
      assertThat(batch.baseOffset()).isEqualTo(1);
      assertThat(batch.isCrcValid()).isTrue();
      assertThat(batch.next()).isFalse();
    }
    assertThat(texts(log)).containsExactly("x", "y", "z");
  }

  @Test
  void readsWholeBatchesWithinLimits() throws Exception {
    Log log = open();
    for (int i = 0; i < 4; i++) {
      append(log, "one" + i, "two" + i);
    }
    awaitDurable(log);
    int size = Batches.of(5, "one0", "two0").remaining();

    assertThat(harness.await(log.read(0, 2 * size, 8)).sizeInBytes()).isEqualTo(2 * size);
    assertThat(harness.await(log.read(0, 2 * size - 1, 8)).sizeInBytes()).isEqualTo(size);
    assertThat(harness.await(log.read(0, 1, 8)).sizeInBytes()).isEqualTo(size);
    assertThat(harness.await(log.read(0, ANY_BYTES, 5)).sizeInBytes()).isEqualTo(2 * size);
    assertThat(harness.await(log.read(0, ANY_BYTES, 1)).sizeInBytes()).isZero();
    assertThat(harness.await(log.read(8, ANY_BYTES, 8)).sizeInBytes()).isZero();
    try (LogSlice middle = harness.await(log.read(3, size, 8))) {
      assertThat(new RecordBatchView().wrap(middle.bytes(), 0).baseOffset()).isEqualTo(2);
      ByteArrayOutputStream copy = new ByteArrayOutputStream();
      long moved = middle.transferTo(Channels.newChannel(copy), 10, 20);
      assertThat(moved).isEqualTo(20);
      ByteBuffer expected = middle.bytes().slice(10, 20);
      assertThat(ByteBuffer.wrap(copy.toByteArray())).isEqualTo(expected);
    }
    assertThatThrownBy(() -> harness.await(log.read(9, ANY_BYTES, 9)))
        .isInstanceOf(OffsetOutOfRangeException.class);
  }

  @Test
  void findsRecordsByTime() {
    Log log = open();
    log.append(Batches.at(100, 110, 120), AppendOptions.CLIENT);
    log.append(Batches.at(90, 300, 200), AppendOptions.CLIENT);
    log.append(Batches.at(300, 250), AppendOptions.CLIENT);
    awaitDurable(log);

    assertThat(harness.await(log.findTimestamp(0))).contains(new TimestampOffset(100, 0));
    assertThat(harness.await(log.findTimestamp(105))).contains(new TimestampOffset(110, 1));
    assertThat(harness.await(log.findTimestamp(121))).contains(new TimestampOffset(300, 4));
    assertThat(harness.await(log.findTimestamp(301))).isEmpty();
    assertThat(harness.await(log.maxTimestamp())).contains(new TimestampOffset(300, 4));

    harness.await(log.deleteBefore(5));
    assertThat(harness.await(log.findTimestamp(0))).contains(new TimestampOffset(200, 5));
    assertThat(harness.await(log.maxTimestamp())).contains(new TimestampOffset(300, 6));
  }

  @Test
  void deletesRecordsBeforeAnOffset() {
    Log log = open();
    for (int i = 0; i < 10; i++) {
      append(log, "r" + i);
    }
    awaitDurable(log);

    harness.await(log.deleteBefore(4));
    harness.await(log.deleteBefore(2));
    assertThat(log.startOffset()).isEqualTo(4);
    assertThatThrownBy(() -> harness.await(log.read(3, ANY_BYTES, 10)))
        .isInstanceOf(OffsetOutOfRangeException.class);
    assertThat(texts(log)).startsWith("r4").hasSize(6);
    assertThatThrownBy(() -> harness.await(log.deleteBefore(11)))
        .isInstanceOf(OffsetOutOfRangeException.class);

    harness.await(log.deleteBefore(10));
    harness.restart();
    Log again = open();
    assertThat(again.startOffset()).isEqualTo(10);
    assertThat(append(again, "next").baseOffset()).isEqualTo(10);
    awaitDurable(again);
    assertThat(texts(again)).containsExactly("next");
  }

  @Test
  void keepsEverythingAcrossRestarts() {
    List<String> expected = new ArrayList<>();
    for (int round = 0; round < 4; round++) {
      Log log = open();
      assertThat(log.endOffset()).isEqualTo(expected.size());
      assertThat(log.durableOffset()).isEqualTo(expected.size());
      for (int i = 0; i < 20; i++) {
        append(log, "r" + round + "." + i);
        expected.add("r" + round + "." + i);
      }
      awaitDurable(log);
      assertThat(texts(log)).isEqualTo(expected);
      harness.restart();
    }
    Log log = open();
    assertThat(texts(log)).isEqualTo(expected);
    assertThat(harness.store().logs()).containsExactly(ID);
    assertThat(harness.store().health()).isEqualTo(StoreHealth.OK);
  }

  @Test
  void aNewOpeningFencesTheOldOne() {
    Log old = open();
    append(old, "before");
    awaitDurable(old);

    RecordingListener other = new RecordingListener();
    Log fresh = harness.await(harness.store().open(ID, LogConfig.DEFAULT, other));

    assertThatThrownBy(() -> append(old, "late")).isInstanceOf(LogFencedException.class);
    harness.await(() -> listener.failure() instanceof LogFencedException);
    assertThat(append(fresh, "after").baseOffset()).isEqualTo(1);
    harness.await(() -> other.durableOffset() == 2);
    assertThat(texts(fresh)).containsExactly("before", "after");
  }

  @Test
  void aDeletedLogIsGoneForGood() {
    Log log = open();
    append(log, "x");
    awaitDurable(log);
    LogId other = new LogId(new UUID(9, 9), 0);
    append(open(other, LogConfig.DEFAULT), "y");

    harness.await(harness.store().delete(ID));
    harness.await(harness.store().delete(ID));

    assertThat(harness.store().logs()).containsExactly(other);
    assertThatThrownBy(() -> append(log, "late")).isInstanceOf(LogFencedException.class);
    harness.restart();
    assertThat(harness.store().logs()).containsExactly(other);
  }

  @Test
  void refusesWhatIsNoBatchAndChangesNothing() {
    Log log = open(ID, LogConfig.DEFAULT.withMaxBatchBytes(200));
    append(log, "good");
    ByteBuffer bad = Batches.of(5, "bad");
    bad.put(BatchFormat.HEADER_BYTES + 3, (byte) 99);
    ByteBuffer half = Batches.together(Batches.of(5, "a"), Batches.of(5, "b"));
    half.limit(half.limit() - 1);

    assertThatThrownBy(() -> log.append(bad, AppendOptions.CLIENT))
        .isInstanceOf(CorruptBatchException.class);
    assertThatThrownBy(() -> log.append(half, AppendOptions.CLIENT))
        .isInstanceOf(CorruptBatchException.class);
    assertThatThrownBy(() -> log.append(ByteBuffer.allocate(0), AppendOptions.CLIENT))
        .isInstanceOf(CorruptBatchException.class);
    assertThatThrownBy(() -> append(log, "x".repeat(200)))
        .isInstanceOf(BatchTooLargeException.class);

    assertThat(log.endOffset()).isEqualTo(1);
    awaitDurable(log);
    assertThat(texts(log)).containsExactly("good");
  }

  @Test
  void takesEachBatchOfAnIdempotentProducerOnce() {
    Log log = open();
    for (int i = 0; i < 8; i++) {
      assertThat(send(log, 7, 0, 2 * i, "a", "b").duplicate()).isFalse();
    }

    AppendResult again = send(log, 7, 0, 12, "a", "b");
    assertThat(again.duplicate()).isTrue();
    assertThat(again.baseOffset()).isEqualTo(12);
    AppendResult forgotten = send(log, 7, 0, 0, "a", "b");
    assertThat(forgotten.duplicate()).isTrue();
    assertThat(forgotten.baseOffset()).isEqualTo(-1);
    assertThatThrownBy(() -> send(log, 7, 0, 17, "gap"))
        .isInstanceOf(OutOfOrderSequenceException.class);
    assertThatThrownBy(() -> send(log, 7, 1, 5, "new epoch, old sequence"))
        .isInstanceOf(OutOfOrderSequenceException.class);
    assertThat(send(log, 7, 1, 0, "new epoch").duplicate()).isFalse();
    assertThatThrownBy(() -> send(log, 7, 0, 16, "old epoch"))
        .isInstanceOf(StaleProducerException.class);
    assertThat(send(log, 8, 3, 77, "unknown producer").baseOffset()).isEqualTo(17);
    assertThat(log.endOffset()).isEqualTo(18);
  }

  @Test
  void takesSeveralSequencesInOneAppendOrNone() {
    Log log = open();
    ByteBuffer gap = Batches.together(Batches.from(7, 0, 0, "a"), Batches.from(7, 0, 2, "gap"));
    assertThatThrownBy(() -> log.append(gap, AppendOptions.CLIENT))
        .isInstanceOf(OutOfOrderSequenceException.class);
    assertThat(log.producers()).isEmpty();

    ByteBuffer mixed =
        Batches.together(
            Batches.from(7, 0, 0, "a"), Batches.from(8, 0, 0, "b"), Batches.from(7, 0, 1, "c"));
    assertThat(log.append(mixed, AppendOptions.CLIENT).nextOffset()).isEqualTo(3);
    assertThat(send(log, 7, 0, 1, "c").baseOffset()).isEqualTo(2);
  }

  @Test
  void remembersProducersAcrossRestarts() {
    Log log = open();
    send(log, 7, 2, 0, "a", "b", "c");
    send(log, 7, 2, 3, "d");
    awaitDurable(log);
    List<ProducerState> before = log.producers();
    harness.restart();

    Log again = open();
    assertThat(again.producers()).hasSize(1);
    assertThat(again.producers().get(0).lastSequence()).isEqualTo(3);
    assertThat(again.producers().get(0).lastOffset()).isEqualTo(before.get(0).lastOffset());
    AppendResult duplicate = send(again, 7, 2, 0, "a", "b", "c");
    assertThat(duplicate.duplicate()).isTrue();
    assertThat(duplicate.baseOffset()).isZero();
    assertThatThrownBy(() -> send(again, 7, 2, 5, "gap"))
        .isInstanceOf(OutOfOrderSequenceException.class);
    assertThat(send(again, 7, 2, 4, "e").baseOffset()).isEqualTo(4);
  }

  @Test
  void appendsToManyLogsShareCommits() {
    List<Log> logs = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      logs.add(open(new LogId(new UUID(5, 5), i), LogConfig.DEFAULT));
    }
    for (int round = 0; round < 5; round++) {
      for (Log log : logs) {
        append(log, log.id() + "/" + round);
      }
    }
    logs.forEach(this::awaitDurable);
    harness.restart();

    assertThat(harness.store().logs()).hasSize(100);
    for (Log old : logs) {
      Log log = open(old.id(), LogConfig.DEFAULT);
      assertThat(texts(log)).hasSize(5).startsWith(log.id() + "/0").endsWith(log.id() + "/4");
    }
  }

  @Test
  void anEmptyStoreStartsAgain() {
    harness.restart();
    assertThat(harness.store().logs()).isEmpty();
    assertThat(harness.store().recoveryReport()).isNotEmpty().noneMatch(String::isBlank);
  }

  private static AppendResult send(
      Log log, long producer, int epoch, int sequence, String... texts) {
    return log.append(Batches.from(producer, epoch, sequence, texts), AppendOptions.CLIENT);
  }
}
