package io.millrace.log.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.kernel.Randomness;
import io.millrace.log.AppendOptions;
import io.millrace.log.CorruptLogException;
import io.millrace.log.Decompressor;
import io.millrace.log.Durability;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.LogSlice;
import io.millrace.log.TimestampOffset;
import io.millrace.log.contract.Batches;
import io.millrace.log.contract.RecordingListener;
import io.millrace.log.file.LockedException;
import io.millrace.log.file.MemoryFileSystem;
import io.millrace.log.file.StoreFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the local store does with its files. */
class LocalStoreTest {
  private static final LogId ID = new LogId(new UUID(1, 2), 3);
  private static final String DIRECTORY = "logs/" + ID;

  private final MemoryFileSystem files = new MemoryFileSystem();
  private final LocalStoreConfig small = LocalStoreConfig.small();
  private SteppedStore harness = new SteppedStore(files, small, 7);

  @AfterEach
  void close() {
    harness.close();
  }

  private void useConfig(LocalStoreConfig config) {
    harness.close();
    harness = new SteppedStore(files, config, 7);
  }

  private Log open(LogConfig config) {
    return open(ID, config);
  }

  private Log open(LogId id, LogConfig config) {
    return harness.await(harness.store().open(id, config, new RecordingListener()));
  }

  /** Appends batches with the numbers {@code from} to below {@code to}, and makes them durable. */
  private void fill(Log log, int from, int to, int size) {
    for (int i = from; i < to; i++) {
      log.append(Batches.sized(i, size), AppendOptions.CLIENT);
      if (i % 8 == 7) {
        harness.await(() -> log.durableOffset() == log.endOffset());
      }
    }
    harness.await(() -> log.durableOffset() == log.endOffset());
  }

  private void check(Log log, int from, int to) {
    List<String> texts = Batches.texts(harness, log, 3000);
    assertThat(texts).hasSize(to - from);
    for (int i = from; i < to; i++) {
      assertThat(texts.get(i - from)).startsWith("n" + i + ";");
    }
  }

  private List<String> segments() {
    return files.list(DIRECTORY).stream().filter(name -> name.endsWith(".log")).sorted().toList();
  }

  @Test
  void aCommitOfManyLogsIsOneSync() {
    Log[] logs = new Log[20];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = open(new LogId(new UUID(3, 3), i), LogConfig.DEFAULT);
    }
    harness.settle();
    long before = files.syncCount();
    for (Log log : logs) {
      log.append(Batches.of(1, "x"), AppendOptions.CLIENT);
    }
    harness.settle();

    assertThat(logs).allMatch(log -> log.durableOffset() == 1);
    assertThat(files.syncCount() - before).isEqualTo(1);
  }

  @Test
  void creatingALogSyncsNothingByItself() {
    harness.settle();
    long before = files.syncCount();
    for (int i = 0; i < 500; i++) {
      LogId id = new LogId(new UUID(3, 3), i);
      harness
          .store()
          .open(id, LogConfig.DEFAULT, new RecordingListener())
          .thenAccept(log -> log.append(Batches.of(1, "x"), AppendOptions.CLIENT));
    }
    harness.settle();

    assertThat(files.syncCount() - before).isLessThan(20);
    harness.crash(5);
    assertThat(harness.store().logs()).hasSize(500);
  }

  @Test
  void muchForOneLogIsNotWrittenTwice() {
    Log log = open(LogConfig.DEFAULT);
    log.append(Batches.sized(0, 100), AppendOptions.CLIENT);
    harness.settle();
    log.append(Batches.sized(1, 20_000), AppendOptions.CLIENT);
    log.append(Batches.sized(2, 100), AppendOptions.CLIENT);
    harness.settle();

    assertThat(log.durableOffset()).isEqualTo(3);
    assertThat(harness.store().stats().directCommits()).isEqualTo(1);
    harness.crash(1);
    Log again = open(LogConfig.DEFAULT);
    check(again, 0, 3);
    assertThat(harness.store().recoveryReport()).anyMatch(line -> line.contains("synced the ends"));
  }

  @Test
  void aBatchLargerThanAJournalFileIsTaken() {
    Log log = open(LogConfig.DEFAULT);
    log.append(Batches.sized(0, 300_000), AppendOptions.CLIENT);
    harness.settle();
    harness.crash(3);
    check(open(LogConfig.DEFAULT), 0, 1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Durability.class,
      names = {"OS", "MEMORY"})
  void aLogThatBecomesDurableLaterHasNoGap(Durability before) {
    for (int seed = 0; seed < 20; seed++) {
      LogId id = new LogId(new UUID(4, 4), seed);
      Log log = open(id, LogConfig.DEFAULT.withDurability(before));
      log.append(Batches.sized(0, 100), AppendOptions.CLIENT);
      log.append(Batches.sized(1, 6000), AppendOptions.CLIENT);
      harness.settle();
      assertThat(log.durableOffset()).isEqualTo(2);
      log.configure(LogConfig.DEFAULT);
      log.append(Batches.sized(2, 100), AppendOptions.CLIENT);
      harness.settle();
      log.append(Batches.sized(3, 100), AppendOptions.CLIENT);
      harness.settle();
      assertThat(log.durableOffset()).isEqualTo(4);

      harness.crash(seed);
      check(open(id, LogConfig.DEFAULT), 0, 4);
    }
  }

  @Test
  void usesJournalFilesAgainAfterCheckpoints() {
    Log log = open(LogConfig.DEFAULT);
    fill(log, 0, 2000, 400);

    assertThat(harness.store().stats().checkpoints()).isGreaterThan(3);
    assertThat(files.list("journal")).hasSizeLessThanOrEqualTo(8);
    harness.crash(4);
    check(open(LogConfig.DEFAULT), 0, 2000);
  }

  @Test
  void beginsANewSegmentBySizeAndByAge() {
    LogConfig config = LogConfig.DEFAULT.withSegmentBytes(10_000);
    Log log = open(config);
    fill(log, 0, 30, 1000);
    harness.pass(2000);
    assertThat(segments()).hasSize(4).first().isEqualTo("0".repeat(20) + ".log");

    LogConfig daily = new LogConfig(Durability.FSYNC, 1 << 20, 5000, -1, -1, 1 << 20);
    log.configure(daily);
    harness.pass(6000);
    fill(log, 30, 31, 100);
    harness.pass(1000);
    assertThat(segments()).hasSize(5);
    harness.restart();
    check(open(daily), 0, 31);
  }

  @Test
  void retentionDeletesOldSegmentsBySize() {
    LogConfig config = LogConfig.DEFAULT.withSegmentBytes(10_000).withRetention(-1, 25_000);
    Log log = open(config);
    fill(log, 0, 100, 1000);
    harness.pass(3000);

    assertThat(log.startOffset()).isPositive();
    assertThat(log.sizeInBytes()).isBetween(25_000L, 36_000L);
    assertThat(segments()).hasSize(4);
    long start = log.startOffset();
    harness.crash(9);
    Log again = open(config);
    assertThat(again.startOffset()).isEqualTo(start);
    check(again, (int) start, 100);
  }

  @Test
  void retentionByTimeAlsoFindsLogsThatNobodyOpened() {
    LogConfig config = LogConfig.DEFAULT.withSegmentBytes(10_000).withRetention(60_000, -1);
    Log log = open(config);
    ByteBuffer batch = Batches.at(harness.agents().clock().wallMs());
    log.append(batch, AppendOptions.CLIENT);
    harness.settle();
    harness.restart();
    harness.pass(30_000);
    assertThat(segments()).hasSize(1);

    harness.pass(40_000);
    assertThat(segments()).isEmpty();
    Log again = open(config);
    assertThat(again.startOffset()).isEqualTo(1);
    assertThat(again.endOffset()).isEqualTo(1);
  }

  @Test
  void deletionWaitsForReaders() throws IOException {
    useConfig(small.withTailCacheBytes(0));
    Log log = open(LogConfig.DEFAULT.withSegmentBytes(5000));
    fill(log, 0, 10, 1000);
    harness.pass(2000);
    LogSlice slice = harness.await(log.read(0, 3000, 10));
    assertThat(slice.inMemory()).isFalse();

    harness.await(log.deleteBefore(10));
    harness.pass(5000);
    assertThat(Batches.add(slice.bytes(), 0, new java.util.ArrayList<>())).isEqualTo(2);
    assertThat(segments()).contains("0".repeat(20) + ".log");
    slice.close();
    harness.pass(5000);
    assertThat(segments()).isEmpty();
  }

  @Test
  void aDeletedLogLeavesNoFiles() {
    Log log = open(LogConfig.DEFAULT.withSegmentBytes(20_000));
    fill(log, 0, 200, 1000);
    harness.pass(2000);
    assertThat(files.list(DIRECTORY)).hasSizeGreaterThan(5);

    harness.await(harness.store().delete(ID));
    harness.pass(5000);
    assertThat(files.exists(DIRECTORY)).isFalse();
    harness.pass(5000);
    harness.crash(2);
    assertThat(harness.store().logs()).isEmpty();
    assertThat(files.exists(DIRECTORY)).isFalse();
  }

  @Test
  void doesNotTouchOldLogsWhenItStarts() {
    for (int i = 0; i < 300; i++) {
      Log log = open(new LogId(new UUID(3, 3), i), LogConfig.DEFAULT);
      log.append(Batches.sized(i, 3000), AppendOptions.CLIENT);
      harness.settle();
    }
    harness.restart();
    long before = files.namesTouched();
    harness.restart();
    assertThat(files.namesTouched() - before).isLessThan(30);
    assertThat(harness.store().logs()).hasSize(300);

    check(open(new LogId(new UUID(3, 3), 299), LogConfig.DEFAULT), 299, 300);
  }

  @Test
  void rewritesTheManifestWhenMostOfItIsOutdated() throws IOException {
    LogConfig config = LogConfig.DEFAULT.withSegmentBytes(1024);
    Log log = open(config);
    for (int i = 0; i < 60; i++) {
      fill(log, 20 * i, 20 * i + 20, 500);
      harness.pass(1100);
    }
    try (StoreFile manifest = files.open("manifest")) {
      assertThat(manifest.size()).isLessThan(1_500_000);
    }
    harness.crash(8);
    check(open(config), 0, 1200);
  }

  @Test
  void findsEveryOffsetAndTimeThroughTheIndex() {
    useConfig(small.withTailCacheBytes(0));
    Log log = open(LogConfig.DEFAULT.withSegmentBytes(3_000_000));
    fill(log, 0, 4000, 1500);
    harness.pass(2000);
    assertThat(files.list(DIRECTORY).stream().filter(name -> name.endsWith(".index"))).hasSize(3);
    checkLookUps(log);

    harness.crash(3);
    checkLookUps(open(LogConfig.DEFAULT.withSegmentBytes(3_000_000)));
  }

  private void checkLookUps(Log log) {
    Random random = new Random(5);
    for (int i = 0; i < 300; i++) {
      int number = random.nextInt(4000);
      int limit = number + 1 + random.nextInt(4000 - number);
      try (LogSlice slice = harness.await(log.read(number, 1 + random.nextInt(40_000), limit))) {
        ByteBuffer bytes = slice.bytes();
        assertThat(slice.nextOffset()).isEqualTo(Batches.add(bytes, number, new ArrayList<>()));
        assertThat(bytes.getLong(0)).isEqualTo(number);
        assertThat(bytes.remaining()).isEqualTo(slice.sizeInBytes());
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      assertThat(harness.await(log.findTimestamp(number)))
          .contains(new TimestampOffset(number, number));
    }
    assertThat(harness.await(log.maxTimestamp()))
        .satisfies(
            newest -> assertThat(newest.orElseThrow().offset()).isEqualTo(log.endOffset() - 1));
  }

  @Test
  void aLostIndexIsBuiltAgain() throws IOException {
    useConfig(small.withTailCacheBytes(0));
    Log log = open(LogConfig.DEFAULT.withSegmentBytes(3_000_000));
    fill(log, 0, 4000, 1500);
    harness.restart();
    for (String name : files.list(DIRECTORY)) {
      if (name.endsWith(".index")) {
        files.delete(DIRECTORY + "/" + name);
      }
    }
    checkLookUps(open(LogConfig.DEFAULT.withSegmentBytes(3_000_000)));
  }

  @ParameterizedTest
  @EnumSource(IndexDamage.class)
  void aDamagedIndexIsBuiltAgain(IndexDamage damage) throws IOException {
    useConfig(small.withTailCacheBytes(0));
    LogConfig config = LogConfig.DEFAULT.withSegmentBytes(3_000_000);
    Log log = open(config);
    fill(log, 0, 4000, 1500);
    harness.restart();
    for (String name : files.list(DIRECTORY)) {
      if (name.endsWith(".index")) {
        damage.inflict(files, DIRECTORY + "/" + name);
      }
    }
    Log again = open(config);
    // First for a writer, who must go on behind the last entry; then for readers.
    fill(again, 4000, 4001, 1500);
    checkLookUps(again);
    harness.crash(5);
    checkLookUps(open(config));
  }

  /** What can become of an index file. */
  enum IndexDamage {
    EVERY_ENTRY {
      @Override
      void inflict(MemoryFileSystem files, String path) throws IOException {
        long size = size(files, path);
        for (int at = 0; at < size; at += 13) {
          files.flipBit(path, at, at % 8);
        }
      }
    },
    LAST_ENTRY {
      @Override
      void inflict(MemoryFileSystem files, String path) throws IOException {
        files.flipBit(path, size(files, path) - 14, 3);
      }
    },
    SOME_ENTRY {
      @Override
      void inflict(MemoryFileSystem files, String path) throws IOException {
        files.flipBit(path, size(files, path) / 3, 1);
      }
    },
    CUT_SHORT {
      @Override
      void inflict(MemoryFileSystem files, String path) throws IOException {
        try (StoreFile file = files.open(path)) {
          file.truncate(size(files, path) / 2 + 7);
        }
      }
    },
    EMPTY {
      @Override
      void inflict(MemoryFileSystem files, String path) throws IOException {
        files.create(path).close();
      }
    },
    ZEROS {
      @Override
      void inflict(MemoryFileSystem files, String path) throws IOException {
        int size = (int) size(files, path);
        try (StoreFile file = files.create(path)) {
          file.write(ByteBuffer.allocate(size), 0);
        }
      }
    },
    OF_AN_EARLIER_FORMAT {
      @Override
      void inflict(MemoryFileSystem files, String path) throws IOException {
        ByteBuffer entries = ByteBuffer.allocate(16 * 100);
        for (int i = 0; i < 100; i++) {
          entries.putInt(i * 3).putInt(i * 4700).putLong(i * 3L);
        }
        try (StoreFile file = files.create(path)) {
          file.write(entries.flip(), 0);
        }
      }
    };

    abstract void inflict(MemoryFileSystem files, String path) throws IOException;

    private static long size(MemoryFileSystem files, String path) throws IOException {
      try (StoreFile file = files.open(path)) {
        return file.size();
      }
    }
  }

  @Test
  void anOffsetThatIsNotUnderTheChecksumIsVerifiedAllTheSame() throws IOException {
    useConfig(small.withTailCacheBytes(0));
    fill(open(LogConfig.DEFAULT), 0, 9, 1000);
    for (int bit = 0; bit < 4; bit++) {
      harness.restart();
      Log log = open(LogConfig.DEFAULT);
      String path = DIRECTORY + "/" + "0".repeat(20) + ".log";
      // The base offset of the first batch, and of one in the middle.
      for (long position : new long[] {7, 4 * (log.sizeInBytes() / 9) + 7}) {
        files.flipBit(path, position, bit);
        for (int offset = 0; offset < 9; offset++) {
          long from = offset;
          try (LogSlice slice = harness.await(log.read(from, 100_000, 9))) {
            List<String> texts = new ArrayList<>();
            Batches.add(slice.bytes(), from, texts);
            assertThat(texts.get(0)).startsWith("n" + from + ";");
          } catch (CorruptLogException reported) {
            assertThat(reported).hasMessageContaining("damaged");
          }
        }
        files.flipBit(path, position, bit);
      }
    }
  }

  @Test
  void damagedRecordsAreNotServedToTheServer() throws IOException {
    useConfig(small.withTailCacheBytes(0));
    Log log = open(LogConfig.DEFAULT);
    fill(log, 0, 20, 1000);
    harness.restart();
    Log again = open(LogConfig.DEFAULT);
    files.flipBit(DIRECTORY + "/" + "0".repeat(20) + ".log", 5000, 3);

    try (LogSlice slice = harness.await(again.read(0, 100_000, 20))) {
      assertThatThrownBy(slice::bytes)
          .isInstanceOf(CorruptLogException.class)
          .hasMessageContaining("damaged");
    }
  }

  @Test
  void damagedHeadersAreNeverSkipped() throws IOException {
    useConfig(small.withTailCacheBytes(0));
    Log log = open(LogConfig.DEFAULT);
    fill(log, 0, 3, 1000);
    harness.restart();
    Log again = open(LogConfig.DEFAULT);
    files.flipBit(DIRECTORY + "/" + "0".repeat(20) + ".log", 16, 6);

    assertThatThrownBy(() -> harness.await(again.read(0, 100, 3)))
        .isInstanceOf(CorruptLogException.class);
  }

  @Test
  void aSegmentThatLostSyncedBytesIsReported() throws IOException {
    Log log = open(LogConfig.DEFAULT);
    fill(log, 0, 20, 1000);
    harness.restart();
    try (StoreFile file = files.open(DIRECTORY + "/" + "0".repeat(20) + ".log")) {
      file.truncate(3000);
    }
    assertThatThrownBy(() -> open(LogConfig.DEFAULT))
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("has 3000 bytes");
  }

  @Test
  void aJournalThatLostDurableEntriesIsRefused() throws IOException {
    Log log = open(LogConfig.DEFAULT);
    fill(log, 0, 30, 400);
    for (String name : files.list("journal")) {
      files.flipBit("journal/" + name, 9000, 1);
    }
    assertThatThrownBy(() -> harness.crash(1))
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("durable");
    harness = new SteppedStore(new MemoryFileSystem(), small, 7);
  }

  @Test
  void onlyOneStoreUsesADirectory() {
    assertThatThrownBy(
            () ->
                new LocalStore(
                    files, harness.agents(), small, Decompressor.NONE, Randomness.secure()))
        .isInstanceOf(LockedException.class);
  }

  @Test
  void aDirectoryOfANewerVersionIsRefused() throws IOException {
    harness.store().close();
    try (StoreFile file = files.create("millrace-store")) {
      file.write(StandardCharsets.US_ASCII.encode("millrace-store 99\n"), 0);
    }
    assertThatThrownBy(
            () ->
                new LocalStore(
                    files, harness.agents(), small, Decompressor.NONE, Randomness.secure()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 99")
        .hasMessageContaining("newer");
  }

  @Test
  void closingMakesEverythingDurable() {
    Log log = open(LogConfig.DEFAULT);
    for (int i = 0; i < 100; i++) {
      log.append(Batches.sized(i, 700), AppendOptions.CLIENT);
    }
    harness.store().close();
    harness.crash(6);
    assertThat(harness.store().recoveryReport()).anyMatch(line -> line.contains(" 0 entries"));
    check(open(LogConfig.DEFAULT), 0, 100);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 1000, 20_000})
  void boundsTheMemoryOfTheTailOnEveryPath(int size) {
    Log log = open(LogConfig.DEFAULT);
    for (int i = 0; i < 300; i++) {
      log.append(Batches.sized(i, size), AppendOptions.CLIENT);
      harness.settle();
      assertThat(harness.store().stats().cachedBytes())
          .isLessThanOrEqualTo(small.tailCacheBytes() + 2L * size + small.writeBehindBytes());
    }
    harness.pass(2000);
    assertThat(harness.store().stats().cachedBytes())
        .isLessThanOrEqualTo(small.tailCacheBytes())
        .isPositive();
    assertThat(harness.store().stats().unwrittenBytes()).isZero();
    assertThat(harness.store().pendingBytes()).isZero();
    check(log, 0, 300);
  }

  @Test
  void recoversALargeSegmentThatNoCheckpointHasSeen() {
    // Its index is larger than what is kept in memory, so it is flushed while it is rebuilt.
    useConfig(LocalStoreConfig.DEFAULT);
    Log log = open(LogConfig.DEFAULT);
    for (int i = 0; i < 40; i++) {
      for (int batch = 0; batch < 64; batch++) {
        log.append(Batches.sized(i * 64 + batch, 5_000), AppendOptions.CLIENT);
      }
      harness.settle();
    }
    harness.crash(3);
    Log again = open(LogConfig.DEFAULT);
    assertThat(again.durableOffset()).isEqualTo(40 * 64);
  }
}
