package io.millrace.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.millrace.kernel.Randomness;
import io.millrace.kernel.SteppedAgents;
import io.millrace.log.AppendOptions;
import io.millrace.log.CorruptLogException;
import io.millrace.log.Decompressor;
import io.millrace.log.Durability;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.LogSlice;
import io.millrace.log.StoreException;
import io.millrace.log.TimestampOffset;
import io.millrace.log.contract.Batches;
import io.millrace.log.contract.RecordingListener;
import io.millrace.log.file.MemoryFileSystem;
import io.millrace.log.file.StoreFile;
import io.millrace.log.local.LocalStore;
import io.millrace.log.local.LocalStoreConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A store whose files were changed behind its back opens, or says that it cannot; and so does each
 * of its logs. What is served is what was written, from its beginning on and without a hole. Its
 * end may be missing only where a crash could have taken it: in the journal.
 */
class RecoveryFuzzTest {
  private static final long START_MS = 1_700_000_000_000L;
  private static final int STEPS = 1_000_000;
  private static final int LOGS = 2;

  /** Batches of each log that a checkpoint covers, and that only the journal is sure to have. */
  private static final int EARLIER = 8;

  private static final int LATER = 8;
  private static final int RECORDS = 2;
  private static final int RECORD_BYTES = 500;

  /** Somewhat more than the entries that there are. */
  private static final int JOURNAL_BYTES = 24 * 1024;

  private static final int READ_BYTES = 3_000;

  /** So that there are several segments. They are too small for an index. */
  private static final LogConfig CONFIG =
      LogConfig.DEFAULT.withSegmentBytes(4 * 1024).withDurability(Durability.FSYNC);

  /** The bit of the first change's kind that says that the segments end at the checkpoint. */
  private static final int JOURNAL_ONLY = 0x80;

  /** As {@link LocalStoreConfig#small}, but nothing is written to the segments. */
  private static final LocalStoreConfig LAZY =
      new LocalStoreConfig(
          64 << 10,
          512 << 10,
          128 << 10,
          1_000_000,
          16 << 10,
          8 << 10,
          4 << 20,
          1 << 20,
          1 << 20,
          1_000_000,
          16,
          2,
          1_000_000_000,
          1_000_000,
          32 << 10,
          100,
          LocalStoreConfig.CompactionLimits.DEFAULT);

  /** How many commits of the journal one write of at most 256 bytes can hit. */
  private static final int COMMITS_HIT = 2;

  private static final int MOST_CHANGES = 4;
  private static final int SEEDS = 300;

  /**
   * One change of a file: 8 bytes of the input.
   *
   * @param file which one, in the order of their paths
   * @param kind how it is changed, see {@link #inflict}; only the two lowest bits
   * @param position where, counted from its beginning and beyond its end from there again
   * @param length how many bytes are changed, less one
   * @param value the bytes that are written, or the seed of them
   */
  private record Change(int file, int kind, int position, int length, int value) {
    static final int BYTES = 8;

    private static Change next(ByteBuffer input) {
      return new Change(
          input.get() & 0xff,
          input.get() & 0xff,
          input.getInt(),
          input.get() & 0xff,
          input.get() & 0xff);
    }

    private boolean cuts() {
      return kind % 4 == 0;
    }

    /**
     * Does it. Bytes that the fuzzer could choose freely might be whole batches with right
     * checksums, which a store cannot tell from its own.
     */
    private void inflict(MemoryFileSystem files, String path) throws IOException {
      try (StoreFile target = files.open(path)) {
        long size = target.size();
        // Of a journal's file only the beginning is used.
        long range = path.startsWith("journal/") ? Math.min(size, JOURNAL_BYTES) : size;
        long at = range == 0 ? 0 : Integer.toUnsignedLong(position) % range;
        byte[] bytes = new byte[length + 1];
        switch (kind % 4) {
          case 0 -> target.truncate(at);
          case 1 -> {
            if (size > 0) {
              files.flipBit(path, at, value % 8);
            }
          }
          case 2 -> {
            Arrays.fill(bytes, (byte) value);
            target.write(ByteBuffer.wrap(bytes), at);
          }
          default -> {
            new Random(value).nextBytes(bytes);
            target.write(ByteBuffer.wrap(bytes), at);
          }
        }
      }
    }
  }

  /** Damage of each kind, anywhere. */
  static List<byte[]> seeds() {
    Random random = new Random(7);
    List<byte[]> seeds = new ArrayList<>();
    for (int i = 0; i < SEEDS; i++) {
      byte[] seed = new byte[Change.BYTES * (1 + i % 2)];
      random.nextBytes(seed);
      seeds.add(seed);
    }
    return seeds;
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void recover(byte[] input) throws IOException {
    MemoryFileSystem files = written(input.length > 1 && (input[1] & JOURNAL_ONLY) != 0);
    List<String> paths = files.paths();
    ByteBuffer changes = ByteBuffer.wrap(input);
    Set<String> changed = new TreeSet<>();
    List<Change> journal = new ArrayList<>();
    for (int i = 0; i < MOST_CHANGES && changes.remaining() >= Change.BYTES; i++) {
      Change change = Change.next(changes);
      String path = paths.get(change.file % paths.size());
      change.inflict(files, path);
      changed.add(path);
      if (path.startsWith("journal/")) {
        journal.add(change);
      }
    }
    SteppedAgents agents = new SteppedAgents(2, START_MS + 1_000);
    try (LocalStore store =
        new LocalStore(
            files, agents, LocalStoreConfig.small(), Decompressor.NONE, Randomness.seeded(3))) {
      for (int index = 0; index < LOGS; index++) {
        look(store, agents, idOf(index), leastOf(journal, changed), changed);
      }
    } catch (IOException | StoreException said) {
      assertThat(said.getMessage()).as("%s", said).isNotBlank();
      assertThat(changed)
          .as("what was changed, and so the store does not start: %s", said)
          .anyMatch(path -> !path.startsWith("logs/"));
    } finally {
      agents.close();
    }
  }

  /**
   * How many batches of a log must be served unless it is reported. The journal and the manifest
   * together could be those of an earlier moment. The journal alone may end early when it is cut,
   * as if its end had never been written; what a checkpoint covers is not in question then. What is
   * overwritten in it is proved to be damage by the commits behind: only the last ones, as many as
   * one write can hit, have no such proof.
   */
  private static int leastOf(List<Change> journal, Set<String> changed) {
    if (journal.isEmpty()) {
      return EARLIER + LATER;
    }
    if (changed.contains("manifest")) {
      return 0;
    }
    return journal.stream().anyMatch(Change::cuts)
        ? EARLIER
        : Math.max(EARLIER, EARLIER + LATER - COMMITS_HIT * journal.size());
  }

  private static void look(
      LocalStore store, SteppedAgents agents, LogId id, int least, Set<String> changed)
      throws IOException {
    try {
      Log log = await(agents, store.open(id, CONFIG, new RecordingListener()));
      assertThat(log.startOffset()).isZero();
      assertThat(log.endOffset()).isEqualTo(log.durableOffset());
      assertThat(log.endOffset() % RECORDS).as("ends with a batch").isZero();
      int batches = (int) log.endOffset() / RECORDS;
      assertThat(batches).as("batches of %s", id).isBetween(least, EARLIER + LATER);
      List<String> expected = new ArrayList<>();
      for (int batch = 0; batch < batches; batch++) {
        expected.addAll(List.of(textsOf(id, batch)));
      }
      assertThat(read(agents, log)).as("records of %s", id).isEqualTo(expected);
      for (int batch = 0; batch < batches; batch++) {
        Optional<TimestampOffset> found = await(agents, log.findTimestamp(timestampOf(batch)));
        assertThat(found).contains(new TimestampOffset(timestampOf(batch), (long) RECORDS * batch));
      }
      log.append(Batches.of(timestampOf(batches), textsOf(id, batches)), AppendOptions.CLIENT);
      expected.addAll(List.of(textsOf(id, batches)));
      agents.runUntilIdle(STEPS);
      assertThat(read(agents, log)).as("records of %s", id).isEqualTo(expected);
    } catch (CorruptLogException reported) {
      assertThat(changed)
          .as("what was changed, and so %s is not served: %s", id, reported)
          .anyMatch(path -> !path.startsWith("logs/") || path.startsWith("logs/" + id + "/"));
    }
  }

  private static List<String> read(SteppedAgents agents, Log log) throws IOException {
    List<String> texts = new ArrayList<>();
    long end = log.durableOffset();
    for (long offset = 0; offset < end; ) {
      try (LogSlice slice = await(agents, log.read(offset, READ_BYTES, end))) {
        offset = Batches.add(slice.bytes(), offset, texts);
      }
    }
    return texts;
  }

  private static <T> T await(SteppedAgents agents, CompletionStage<T> stage) throws IOException {
    CompletableFuture<T> future = stage.toCompletableFuture();
    agents.runUntilIdle(STEPS);
    assertThat(future).isDone();
    try {
      return future.join();
    } catch (CompletionException e) {
      @Nullable Throwable cause = e.getCause();
      if (cause instanceof IOException failed) {
        throw failed;
      }
      if (cause instanceof StoreException said) {
        throw said;
      }
      throw e;
    }
  }

  /**
   * A store with a checkpoint, and with a journal that goes on behind it.
   *
   * @param journalOnly whether the segments have nothing of that yet
   */
  private static MemoryFileSystem written(boolean journalOnly) throws IOException {
    MemoryFileSystem files = new MemoryFileSystem();
    SteppedAgents agents = new SteppedAgents(1, START_MS);
    LocalStore store =
        new LocalStore(
            files, agents, LocalStoreConfig.small(), Decompressor.NONE, Randomness.seeded(1));
    append(store, agents, 0, EARLIER);
    store.close();
    agents.close();
    agents = new SteppedAgents(1, START_MS + 100);
    store =
        new LocalStore(
            files,
            agents,
            journalOnly ? LAZY : LocalStoreConfig.small(),
            Decompressor.NONE,
            Randomness.seeded(2));
    append(store, agents, EARLIER, EARLIER + LATER);
    agents.kill();
    files.killProcess();
    return files;
  }

  /** One commit for each batch, so that the journal proves what it says of those before. */
  private static void append(LocalStore store, SteppedAgents agents, int from, int to) {
    List<CompletableFuture<Log>> logs = new ArrayList<>();
    for (int index = 0; index < LOGS; index++) {
      logs.add(store.open(idOf(index), CONFIG, new RecordingListener()).toCompletableFuture());
    }
    agents.runUntilIdle(STEPS);
    for (int batch = from; batch < to; batch++) {
      for (int index = 0; index < LOGS; index++) {
        logs.get(index)
            .join()
            .append(
                Batches.of(timestampOf(batch), textsOf(idOf(index), batch)), AppendOptions.CLIENT);
      }
      agents.runUntilIdle(STEPS);
    }
  }

  private static LogId idOf(int index) {
    return new LogId(new UUID(1, 2), index);
  }

  private static long timestampOf(int batch) {
    return START_MS + batch;
  }

  private static String[] textsOf(LogId id, int batch) {
    String[] texts = new String[RECORDS];
    for (int i = 0; i < RECORDS; i++) {
      texts[i] = id.index() + "-" + batch + "-" + i + ".".repeat(RECORD_BYTES);
    }
    return texts;
  }
}
