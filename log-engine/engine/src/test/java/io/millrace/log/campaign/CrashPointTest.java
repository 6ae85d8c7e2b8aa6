package io.millrace.log.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.AppendOptions;
import io.millrace.log.CorruptLogException;
import io.millrace.log.Durability;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.StoreHealth;
import io.millrace.log.contract.Batches;
import io.millrace.log.contract.RecordingListener;
import io.millrace.log.file.PowerCut;
import io.millrace.log.local.LocalStoreConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Moments at which a process or a disk must not fail, because once it was not survived. */
class CrashPointTest {
  private static final LogId ID = new LogId(new UUID(1, 2), 3);
  private static final LogConfig FSYNC = LogConfig.DEFAULT;
  private static final LogConfig OS = FSYNC.withDurability(Durability.OS);

  /** What of a change is done when it is hit, and what a power loss leaves, are a seed's. */
  static LongStream seeds() {
    return LongStream.range(0, 40);
  }

  private static FaultyStore started(long seed) throws IOException {
    FaultyStore store = new FaultyStore(LocalStoreConfig.small(), seed);
    store.start();
    return store;
  }

  private static Log open(FaultyStore store, LogConfig config) {
    return store.await(store.store().open(ID, config, new RecordingListener()));
  }

  private static Log openOther(FaultyStore store) {
    return store.await(
        store.store().open(new LogId(new UUID(9, 9), 0), FSYNC, new RecordingListener()));
  }

  /** Appends batches with the numbers from..to, one commit each. */
  private static void fill(FaultyStore store, Log log, int from, int to, int size) {
    for (int i = from; i < to; i++) {
      log.append(Batches.sized(i, size), AppendOptions.STATE);
      store.settle();
    }
  }

  private static void check(FaultyStore store, Log log, int atLeast) {
    assertThat(log.durableOffset()).isGreaterThanOrEqualTo(atLeast);
    List<String> texts = Batches.texts(store, log, 5000);
    for (int i = 0; i < texts.size(); i++) {
      assertThat(texts.get(i)).startsWith("n" + i + ";");
    }
  }

  /** Works until the process ends at a change. */
  private static void endWhen(FaultyStore store, Predicate<String> change, Runnable work) {
    store.files().endProcessWhen(change);
    assertThatThrownBy(work::run).isInstanceOf(PowerCut.class);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anUnsyncedCheckpointThatWasReliedOnSurvives(long seed) throws IOException {
    FaultyStore store = started(seed);
    Log log = open(store, FSYNC);
    fill(store, log, 0, 100, 1000);
    endWhen(store, change -> change.startsWith("syncing manifest"), () -> store.pass(5000));
    store.kill(seed);

    store.start();
    fill(store, open(store, FSYNC), 100, 200, 1000);
    store.losePower(seed);
    store.start();
    check(store, open(store, FSYNC), 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aNewJournalFileWhoseNameWasNotSyncedIsNotLost(long seed) throws IOException {
    FaultyStore store = started(seed);
    // The first one was made while it started; now comes the last one that is wanted.
    endWhen(store, "syncing directory journal"::equals, store::settle);
    store.kill(seed);

    store.start();
    // No further one can be made, whose name would be synced and this one's with it.
    store.files().memory().setCapacity(store.files().memory().usedBytes());
    Log log = open(store, FSYNC);
    fill(store, log, 0, 20, 5000);
    assertThat(log.durableOffset()).isEqualTo(20);
    store.losePower(seed);
    store.files().memory().setCapacity(Long.MAX_VALUE);
    store.start();
    check(store, open(store, FSYNC), 20);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aJournalFileOfWhichOnlyTheHeaderWasWrittenIsNotMissed(long seed) throws IOException {
    FaultyStore store = started(seed);
    endWhen(store, change -> change.startsWith("writing journal/1."), () -> open(store, FSYNC));
    store.kill(seed);

    for (int life = 0; life < 3; life++) {
      store.start();
      Log again = open(store, FSYNC);
      fill(store, again, (int) again.endOffset(), 2 * life + 2, 100);
      store.losePower(seed + life);
    }
    store.start();
    check(store, open(store, FSYNC), 6);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aFirstStartCanEndAnywhere(long seed) throws IOException {
    for (int changes = 0; changes < 20; changes++) {
      FaultyStore store = new FaultyStore(LocalStoreConfig.small(), seed);
      store.files().endProcessAfter(changes);
      assertThatThrownBy(
              () -> {
                store.start();
                fill(store, open(store, FSYNC), 0, 50, 1000);
              })
          .isInstanceOf(PowerCut.class);
      store.losePower(seed);
      store.start();
      Log log = open(store, FSYNC);
      fill(store, log, (int) log.endOffset(), 60, 1000);
      check(store, log, 60);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatAFailedSyncDroppedFromMemoryIsWrittenAgain(long seed) throws IOException {
    FaultyStore store = started(seed);
    Log log = open(store, FSYNC);
    // Much at once goes to the segment directly; little goes to the journal, and there at once.
    fill(store, log, 0, 3, seed % 2 == 0 ? 20_000 : 500);
    store.files().failWhen(change -> change.startsWith("syncing logs/"));
    log.append(Batches.sized(3, 20_000), AppendOptions.CLIENT);
    store.pass(5000);
    assertThat(store.store().health()).isEqualTo(StoreHealth.FAILED);
    assertThat(log.durableOffset()).isEqualTo(3);
    store.files().memory().killProcess();
    store.files().heal();

    store.start();
    Log again = open(store, FSYNC);
    long found = again.durableOffset();
    check(store, again, 3);
    store.pass(5000);
    store.losePower(seed);
    store.start();
    check(store, open(store, FSYNC), (int) found);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void journalFilesEndSyncedAlsoForLogsThatDoNotAskForIt(long seed) throws IOException {
    FaultyStore store = started(seed);
    Log os = open(store, OS);
    Log log = openOther(store);
    for (int i = 0; i < 4; i++) {
      // That fills a file but for a little, in which there is room for what the other log needs.
      fill(store, log, i * 12, (i + 1) * 12, 5000);
      fill(store, os, i, i + 1, 10);
    }
    fill(store, log, 48, 50, 5000);
    store.losePower(seed);
    store.start();
    check(store, openOther(store), 50);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatAPowerLossTookDoesNotComeBackBehindWhatFollows(long seed) throws IOException {
    FaultyStore store = started(seed);
    List<String> expected = new ArrayList<>();
    for (int life = 0; life < 40; life++) {
      Log log = open(store, OS);
      List<String> texts = Batches.texts(store, log, 50_000);
      assertThat(texts).isEqualTo(expected.subList(0, texts.size()));
      expected.subList(texts.size(), expected.size()).clear();
      for (int i = 0; i < 2 + (life + seed) % 5; i++) {
        // One page each, so that what is behind a lost one fits behind the next one.
        String text = "life " + (10 + life) + ", " + i + " ".repeat(4016);
        assertThat(Batches.of(1, text).remaining()).isEqualTo(4096);
        log.append(Batches.of(1, text), AppendOptions.CLIENT);
        expected.add(text);
        store.settle();
      }
      if (life % 2 == 0) {
        // Another log syncs the journal, and so what it says of this one.
        fill(store, openOther(store), 0, 1, 10);
      }
      store.losePower(seed * 100 + life);
      store.start();
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aBatchKeepsTheDurabilityItWasAppendedWith(long seed) throws IOException {
    FaultyStore store = started(seed);
    Log log = open(store, FSYNC);
    log.append(Batches.sized(0, 100), AppendOptions.CLIENT);
    log.configure(OS);
    store.settle();
    assertThat(log.durableOffset()).isEqualTo(1);
    store.losePower(seed);
    store.start();
    check(store, open(store, OS), 1);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void producersOfDeletedRecordsAreKnownAfterACrash(long seed) throws IOException {
    FaultyStore store = started(seed);
    Log log = open(store, FSYNC.withSegmentBytes(1024));
    for (int i = 0; i < 4; i++) {
      log.append(Batches.from(7, 0, i, "x".repeat(9000)), AppendOptions.CLIENT);
      store.settle();
    }
    store.await(log.deleteBefore(4));
    store.settle();
    for (int life = 0; life < 2; life++) {
      store.losePower(seed);
      store.start();
      log = open(store, FSYNC.withSegmentBytes(1024));
      assertThat(log.startOffset()).isEqualTo(4);
      assertThat(log.producers()).hasSize(1);
      assertThat(log.producers().get(0).lastSequence()).isEqualTo(3);
    }
    log.append(Batches.from(7, 0, 4, "y"), AppendOptions.CLIENT);
    store.pass(5000);
    assertThat(store.files().memory().list("logs/" + ID)).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aDiskThatIsFullForTheIndexLosesNothing(long seed) throws IOException {
    FaultyStore store = started(seed);
    Log log = open(store, FSYNC);
    store.pass(5000);
    fill(store, log, 0, 40, 4500);
    store.pass(15);
    store.files().memory().setCapacity(store.files().memory().usedBytes());
    store.pass(1500);
    store.files().memory().setCapacity(Long.MAX_VALUE);
    store.pass(1500);
    store.losePower(seed);
    store.start();
    check(store, open(store, FSYNC), 40);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aFailedStoreStillServesWhatIsOnlyInTheJournal(long seed) throws IOException {
    FaultyStore store = new FaultyStore(LocalStoreConfig.small().withTailCacheBytes(0), seed);
    store.start();
    Log log = open(store, FSYNC);
    store.files().failWhen(change -> change.startsWith("writing logs/"));
    for (int i = 0; i < 5; i++) {
      log.append(Batches.sized(i, 400), AppendOptions.CLIENT);
    }
    store.pass(5000);
    assertThat(store.store().health()).isEqualTo(StoreHealth.FAILED);
    check(store, log, 5);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aCheckpointThatOthersFollowIsNotLeftOutWhenItIsDamaged(long seed) throws IOException {
    FaultyStore store = started(seed);
    for (int i = 0; i < 5; i++) {
      fill(store, open(store, OS), i, i + 1, 400);
      store.pass(1500);
    }
    store.losePower(seed);
    store.files().memory().flipBit("manifest", 30 + 4 * seed, (int) seed % 8);
    assertThatThrownBy(store::start)
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("manifest");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aDamagedHeaderOfADurableJournalFileIsRefused(long seed) throws IOException {
    FaultyStore store = started(seed);
    fill(store, open(store, FSYNC), 0, 5, 400);
    store.losePower(seed);
    store.files().memory().flipBit("journal/1.journal", seed % 32, (int) seed % 8);
    assertThatThrownBy(store::start)
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("journal/1.journal is damaged at byte 0");
  }
}
