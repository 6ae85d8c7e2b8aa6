package io.millrace.log.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.batch.BatchFormat;
import io.millrace.batch.BatchRewriter;
import io.millrace.batch.Codec;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.kernel.Randomness;
import io.millrace.kernel.SteppedAgents;
import io.millrace.log.AbortedTransaction;
import io.millrace.log.AppendOptions;
import io.millrace.log.Compaction;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.LogSlice;
import io.millrace.log.OutOfOrderSequenceException;
import io.millrace.log.TimestampOffset;
import io.millrace.log.contract.Batches;
import io.millrace.log.contract.Batches.Found;
import io.millrace.log.contract.RecordingListener;
import io.millrace.log.contract.StoreHarness;
import io.millrace.log.file.MemoryFileSystem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What compaction leaves of a log, and what readers and restarts see of it. */
class CompactionTest {
  private static final LogId ID = new LogId(new UUID(1, 2), 3);
  private static final long DELETE_RETENTION_MS = 60_000;
  private static final Compaction EAGER = new Compaction(0, 0, Long.MAX_VALUE, DELETE_RETENTION_MS);
  private static final LogConfig CONFIG =
      LogConfig.DEFAULT.withSegmentBytes(1024).withCompaction(EAGER);
  private static final LocalStoreConfig SMALL =
      LocalStoreConfig.small()
          .withCompaction(new LocalStoreConfig.CompactionLimits(100, 1 << 20, 0));

  /** A stepped store whose batches may be compressed with gzip. */
  private static final class Harness implements StoreHarness {
    private final MemoryFileSystem files = new MemoryFileSystem();
    private final LocalStoreConfig config;
    private SteppedAgents agents = new SteppedAgents(7, 1_700_000_000_000L);
    private LocalStore store;

    Harness(LocalStoreConfig config) {
      this.config = config;
      this.store = start();
    }

    private LocalStore start() {
      try {
        return new LocalStore(
            files,
            agents,
            config,
            batch -> unzip(batch.recordBytes()),
            (codec, records) -> zip(records),
            Randomness.seeded(3));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public LocalStore store() {
      return store;
    }

    @Override
    public LocalStore restart() {
      store.close();
      return again();
    }

    LocalStore crash() {
      files.crash(5);
      return again();
    }

    private LocalStore again() {
      long wallMs = agents.clock().wallMs() + 1;
      agents.kill();
      agents = new SteppedAgents(8, wallMs);
      store = start();
      return store;
    }

    void pass(long ms) {
      agents.runFor(ms, 1_000_000);
    }

    @Override
    public void await(BooleanSupplier condition) {
      for (int round = 0; round < 1000; round++) {
        agents.runUntilIdle(1_000_000);
        if (condition.getAsBoolean()) {
          return;
        }
        pass(10);
      }
      throw new AssertionError("not within 10 s of stepped time");
    }

    @Override
    public void close() {
      store.close();
      agents.close();
    }
  }

  private static ByteBuffer zip(ByteBuffer plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      byte[] all = new byte[plain.remaining()];
      plain.duplicate().get(all);
      zip.write(all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  private static ByteBuffer unzip(ByteBuffer zipped) {
    byte[] all = new byte[zipped.remaining()];
    zipped.get(all);
    try (GZIPInputStream zip = new GZIPInputStream(new ByteArrayInputStream(all))) {
      return ByteBuffer.wrap(zip.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Harness harness = new Harness(SMALL);
  private Log log = open(CONFIG);
  private int rolls;

  @AfterEach
  void close() {
    harness.close();
  }

  private Log open(LogConfig config) {
    return harness.await(harness.store().open(ID, config, new RecordingListener()));
  }

  private void append(@Nullable String... keysAndValues) {
    append(Batches.keyed(1000 + log.endOffset(), keysAndValues));
  }

  private void append(ByteBuffer... batches) {
    log.append(Batches.together(batches), AppendOptions.CLIENT);
    harness.await(() -> log.durableOffset() == log.endOffset());
  }

  /** Begins a new segment, with a record of a key of its own, and lets compaction do its work. */
  private void compact() {
    roll();
    harness.pass(1000);
  }

  private void roll() {
    append(Batches.keyed(1000 + log.endOffset(), "roll" + rolls++, "x".repeat(1000)));
  }

  private Map<String, String> values() {
    Map<String, String> values = new TreeMap<>();
    for (Found it : found()) {
      if (!it.control() && it.key() != null && !it.key().startsWith("roll")) {
        values.merge(it.key(), String.valueOf(it.text()), (a, b) -> a + "," + b);
      }
    }
    return values;
  }

  private List<Found> found() {
    return Batches.found(harness, log, 500);
  }

  private List<Long> offsets() {
    return found().stream()
        .filter(it -> it.key() == null || !it.key().startsWith("roll"))
        .map(Found::offset)
        .toList();
  }

  private List<String> files() {
    return harness.files.paths().stream()
        .filter(path -> path.startsWith("logs/") && path.endsWith(".log"))
        .toList();
  }

  @Test
  void keepsTheLastRecordOfEachKeyAtItsOffset() {
    for (int i = 0; i < 30; i++) {
      append("a", "a" + i, "b", "b" + i, "c" + i, "c");
    }
    compact();

    assertThat(values()).containsEntry("a", "a29").containsEntry("b", "b29").hasSize(32);
    assertThat(offsets()).contains(87L, 88L, 89L, 2L, 5L).doesNotContain(0L, 1L, 3L, 4L);
    assertThat(log.startOffset()).isZero();
    assertThat(log.endOffset()).isEqualTo(91);
    assertThat(harness.store().stats().compactions()).isPositive();
  }

  /** A Kafka consumer's poll returns nothing for such a batch, which programs take for the end. */
  @Test
  void aReadPassesOverFilesOfWhichNoRecordIsLeft() {
    String large = "x".repeat(900);
    for (int i = 0; i < 6; i++) {
      append("a", large + i);
    }
    compact();
    assertThat(files()).as("files, of which the first ones have no records").hasSizeGreaterThan(5);

    for (long offset = 0; offset < 6; offset++) {
      assertThat(recordsAt(offset, log.durableOffset())).as("records at %s", offset).isPositive();
    }
    assertThat(recordsAt(0, 3)).isZero();
    assertThat(sliceAt(0, 3)).as("what moves a reader on").isEqualTo(1);
  }

  private int recordsAt(long offset, long limitOffset) {
    try (LogSlice slice = harness.await(log.read(offset, 1, limitOffset))) {
      RecordBatchView batch = new RecordBatchView();
      assertThat(batch.first(slice.bytes())).isTrue();
      return batch.recordCount();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long sliceAt(long offset, long limitOffset) {
    try (LogSlice slice = harness.await(log.read(offset, 1, limitOffset))) {
      return slice.nextOffset();
    }
  }

  @Test
  void leavesTheLastSegmentAndSettingsWithoutCompactionAlone() {
    log.configure(CONFIG.withCompaction(null));
    for (int i = 0; i < 30; i++) {
      append("a", "a" + i);
    }
    compact();
    assertThat(found()).hasSize(31);

    log.configure(CONFIG);
    harness.pass(1000);
    assertThat(values()).containsEntry("a", "a29");
    append("roll0", "1", "roll0", "2");
    append("roll0", "3");
    harness.pass(1000);
    assertThat(found().stream().filter(it -> "roll0".equals(it.key())).map(Found::text))
        .as("in the last segment")
        .endsWith("1", "2", "3");
  }

  @Test
  void recordsWithoutKeyStay() {
    append(null, "one");
    append("a", "1");
    append(null, "two");
    append("a", "2");
    compact();
    assertThat(offsets()).containsExactly(0L, 2L, 3L);
  }

  @Test
  void readsGoOnBehindWhatWasCompactedAway() throws IOException {
    append("a", "1");
    append("b", "1");
    for (int i = 0; i < 40; i++) {
      append("a", "a" + i);
    }
    compact();
    assertThat(offsets()).containsExactly(1L, 41L);
    for (long from : new long[] {2, 20, 40, 41}) {
      List<Found> records = new ArrayList<>();
      for (long at = from; at <= 41; ) {
        try (LogSlice slice = harness.await(log.read(at, 1, 42))) {
          Batches.addFound(slice.bytes(), from, records);
          assertThat(slice.nextOffset()).isBetween(at + 1, 42L);
          at = slice.nextOffset();
        }
      }
      assertThat(records).extracting(Found::offset).containsExactly(41L);
    }
    try (LogSlice slice = harness.await(log.read(2, 1000, 3))) {
      assertThat(slice.sizeInBytes()).isZero();
      assertThat(slice.nextOffset()).as("nothing up to here").isEqualTo(3);
    }
    assertThat(harness.await(log.findTimestamp(1003))).contains(new TimestampOffset(1041, 41));
    harness.await(log.deleteBefore(20));
    assertThat(log.startOffset()).isEqualTo(20);
    assertThat(offsets()).containsExactly(41L);
  }

  @Test
  void aReaderThatHoldsAReplacedSegmentFinishesWithIt() throws IOException {
    for (int i = 0; i < 30; i++) {
      append("a", "a" + i);
    }
    harness.store().close();
    harness.again();
    log = open(CONFIG.withCompaction(null));
    LogSlice held = harness.await(log.read(0, 500, 30));
    int size = held.sizeInBytes();
    log.configure(CONFIG);
    compact();
    assertThat(values()).containsEntry("a", "a29");

    List<Found> records = new ArrayList<>();
    Batches.addFound(held.bytes(), 0, records);
    assertThat(records).extracting(Found::text).startsWith("a0", "a1");
    assertThat(size).isPositive();
    int before = files().size();
    held.close();
    harness.pass(100);
    assertThat(files()).hasSizeLessThan(before);
  }

  @Test
  void tombstonesGoWhenTheirTimeHasPassed() {
    append("a", "1", "b", "1");
    append("a", null);
    compact();
    assertThat(values()).containsEntry("a", "null").containsEntry("b", "1");
    harness.pass(DELETE_RETENTION_MS / 2);
    compact();
    assertThat(values()).containsEntry("a", "null");
    harness.pass(DELETE_RETENTION_MS);
    compact();
    assertThat(values()).containsOnlyKeys("b");
    harness.crash();
    log = open(CONFIG);
    assertThat(values()).containsOnlyKeys("b");
  }

  @Test
  void smallSegmentsAreJoinedAndOldFilesGo() {
    for (int i = 0; i < 100; i++) {
      append("a", "a" + i + "x".repeat(100));
    }
    assertThat(files()).hasSizeGreaterThan(10);
    compact();
    compact();
    assertThat(values().get("a")).startsWith("a99");
    assertThat(files()).hasSizeLessThan(6);
  }

  @Test
  void itIsKnownAfterACrashHowFarTheLogWasCompacted() {
    for (int life = 0; life < 3; life++) {
      for (int i = 0; i < 30; i++) {
        append("a", "a" + i, "b" + life, "1");
      }
      compact();
      harness.crash();
      log = open(CONFIG);
      assertThat(values()).containsEntry("a", "a29").hasSize(2 + life);
      assertThat(log.endOffset()).isEqualTo(61L * (life + 1));
      long compactions = harness.store().stats().compactions();
      harness.pass(2000);
      assertThat(harness.store().stats().compactions())
          .as("nothing more to do")
          .isEqualTo(compactions);
    }
  }

  @Test
  void whatACrashLeftUnfinishedIsRemoved() throws IOException {
    for (int i = 0; i < 30; i++) {
      append("a", "a" + i);
    }
    compact();
    harness.pass(5000);
    String left = "logs/" + ID + "/00000000000000000000.77.log";
    harness.files.create(left).close();
    harness.files.create(left.replace(".log", ".index")).close();
    harness.restart();
    log = open(CONFIG);
    assertThat(harness.files.paths()).noneMatch(path -> path.contains(".77."));
    assertThat(values()).containsEntry("a", "a29");
  }

  @Test
  void severalPassesDoWhatMemoryDoesNotSufficeFor() {
    harness.close();
    harness =
        new Harness(SMALL.withCompaction(new LocalStoreConfig.CompactionLimits(100, 24 * 16, 0)));
    log = open(CONFIG);
    for (int round = 0; round < 3; round++) {
      for (int key = 0; key < 50; key++) {
        append("k" + key, "v" + round);
      }
    }
    compact();
    harness.pass(20_000);
    assertThat(harness.store().stats().compactions()).isGreaterThan(5);
    assertThat(values()).hasSize(50);
    assertThat(values().values()).containsOnly("v2");
  }

  @Test
  void waitsForTheRatioTheLagAndTransactions() {
    Compaction lazy = new Compaction(0.9, 0, Long.MAX_VALUE, 0);
    log.configure(CONFIG.withCompaction(lazy));
    for (int i = 0; i < 30; i++) {
      append("a" + i, "x".repeat(100));
    }
    compact();
    assertThat(harness.store().stats().compactions()).as("all is dirty").isEqualTo(1);
    append("a1", "y");
    compact();
    append("a1", "z");
    compact();
    assertThat(values().get("a1")).as("little is dirty").contains("y");
    log.configure(CONFIG.withCompaction(new Compaction(0.9, 0, 1000, 0)));
    harness.pass(2000);
    assertThat(values().get("a1")).as("it waited too long").isEqualTo("z");

    log.configure(CONFIG.withCompaction(new Compaction(0, 3600_000, Long.MAX_VALUE, 0)));
    long now = harness.agents.clock().wallMs();
    append(Batches.keyed(now, "a2", "y"));
    append(Batches.keyed(now, "a2", "z"));
    compact();
    assertThat(values().get("a2")).as("too young").contains("y,z");
  }

  @Test
  void anOpenTransactionHoldsCompactionBackAndWhatWasAbortedGoes() {
    append("a", "1");
    append(transactional(7, 0, "a", "aborted"));
    roll();
    append("a", "2");
    append("b", "1");
    compact();
    assertThat(values()).containsEntry("a", "1,aborted,2");

    append(Batches.abort(7, 0));
    append(Batches.keyedBuilder(1, "c", "1").setProducer(7, (short) 0, 1).take());
    append(transactional(8, 0, "b", "committed"));
    append(Batches.commit(8, 0));
    compact();
    assertThat(values()).containsEntry("a", "2").containsEntry("b", "committed");
    assertThat(found().stream().filter(Found::control)).hasSize(2);
    assertThat(log.abortedTransactions(0, log.stableOffset()))
        .extracting(AbortedTransaction::producerId)
        .containsExactly(7L);

    // Now nothing of the aborted one is left, so the marker's time begins.
    compact();
    harness.pass(2 * DELETE_RETENTION_MS);
    compact();
    assertThat(found().stream().filter(Found::control).map(Found::offset))
        .as("the marker of the one that is still there")
        .hasSize(1);
    assertThat(log.abortedTransactions(0, log.stableOffset())).isEmpty();
    harness.crash();
    log = open(CONFIG);
    assertThat(log.abortedTransactions(0, log.stableOffset())).isEmpty();
    assertThat(values()).containsEntry("b", "committed");
  }

  private static ByteBuffer transactional(long producer, int sequence, String key, String value) {
    return Batches.keyedBuilder(1, key, value)
        .setTransactional(true)
        .setProducer(producer, (short) 0, sequence)
        .take();
  }

  @Test
  void theLastBatchOfAProducerStaysThoughItsRecordsGo() throws IOException {
    append(Batches.keyedBuilder(1, "a", "1").setProducer(7, (short) 0, 0).take());
    append(Batches.keyedBuilder(1, "a", "2", "b", "2").setProducer(7, (short) 0, 1).take());
    append("a", "3", "b", "3");
    compact();
    harness.crash();
    log = open(CONFIG);
    assertThat(values()).containsEntry("a", "3").containsEntry("b", "3");
    // Up to its end only: a read that finds records behind passes it over.
    RecordBatchView batch = new RecordBatchView();
    try (LogSlice slice = harness.await(log.read(0, 1, 3))) {
      assertThat(batch.first(slice.bytes())).isTrue();
      assertThat(batch.producerId()).isEqualTo(7);
      assertThat(batch.recordCount()).isZero();
      assertThat(batch.baseOffset()).isEqualTo(1);
      assertThat(batch.lastOffset()).isEqualTo(2);
      assertThat(batch.lastSequence()).isEqualTo(2);
    }
    assertThat(
            log.append(
                    Batches.keyedBuilder(1, "a", "2", "b", "2").setProducer(7, (short) 0, 1).take(),
                    AppendOptions.CLIENT)
                .duplicate())
        .isTrue();
    assertThatThrownBy(
            () ->
                log.append(
                    Batches.keyedBuilder(1, "a", "9").setProducer(7, (short) 0, 9).take(),
                    AppendOptions.CLIENT))
        .isInstanceOf(OutOfOrderSequenceException.class);
  }

  @Test
  void compressedBatchesAreWrittenAgainWithTheirCodec() throws IOException {
    for (int i = 0; i < 10; i++) {
      append(zipped("a", "a" + i, "b" + i, "b"));
    }
    compact();
    int zipped = 0;
    RecordBatchView batch = new RecordBatchView();
    RecordIterator records = new RecordIterator();
    Map<String, String> values = new TreeMap<>();
    for (long offset = 0; offset < log.durableOffset(); ) {
      try (LogSlice slice = harness.await(log.read(offset, 1, log.durableOffset()))) {
        assertThat(batch.first(slice.bytes())).isTrue();
        assertThat(batch.isCrcValid()).isTrue();
        if (batch.codec() == Codec.GZIP) {
          zipped++;
          records.over(batch, unzip(batch.recordBytes()));
          while (records.next()) {
            values.put(text(records.record().key()), text(records.record().value()));
          }
        }
        offset = slice.nextOffset();
      }
    }
    assertThat(zipped).isEqualTo(10);
    assertThat(values).hasSize(11).containsEntry("a", "a9").containsEntry("b0", "b");
  }

  private static String text(@Nullable ByteBuffer bytes) {
    return bytes == null
        ? "null"
        : java.nio.charset.StandardCharsets.UTF_8.decode(bytes).toString();
  }

  private ByteBuffer zipped(String... keysAndValues) {
    RecordBatchView plain = new RecordBatchView().wrap(Batches.keyed(5000, keysAndValues), 0);
    BatchRewriter rewriter = new BatchRewriter();
    rewriter.begin(plain, BatchFormat.NO_TIMESTAMP);
    RecordIterator records = new RecordIterator().over(plain);
    while (records.next()) {
      rewriter.keep(records.record());
    }
    return rewriter.finish(Codec.GZIP, zip(rewriter.records()));
  }

  @Test
  void aDamagedBatchIsReportedAndTheLogIsLeftAsItIs() throws IOException {
    for (int i = 0; i < 30; i++) {
      append("a", "a" + i);
    }
    log.configure(CONFIG.withCompaction(null));
    roll();
    harness.pass(2000);
    String first = files().get(0);
    harness.files.flipBit(first, 70, 3);
    log.configure(CONFIG);
    harness.pass(2000);
    assertThat(harness.store().stats().compactionFailures()).isEqualTo(1);
    assertThat(harness.store().stats().uncompactableLogs()).isEqualTo(1);
    harness.files.flipBit(first, 70, 3);
    assertThat(found()).hasSize(31);
    assertThat(files()).contains(first);
    assertThat(harness.files.paths()).noneMatch(path -> path.matches(".*\\.\\d+\\.log"));
  }

  @Test
  void aFullDiskPutsItOffAndNothingIsLeftBehind() {
    log.configure(CONFIG.withCompaction(null));
    for (int i = 0; i < 60; i++) {
      append("a" + i % 40, "x".repeat(200));
    }
    roll();
    harness.pass(5000);
    harness.files.setCapacity(harness.files.usedBytes() + 34 * 1024);
    log.configure(CONFIG);
    harness.pass(2000);
    harness.files.setCapacity(Long.MAX_VALUE);
    harness.pass(1000);
    harness.pass(120_000);
    assertThat(values()).hasSize(40);
    assertThat(found()).hasSize(41);
  }
}
