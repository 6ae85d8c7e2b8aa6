package io.millrace.log.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.AppendOptions;
import io.millrace.log.Durability;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.StoreException;
import io.millrace.log.contract.Batches;
import io.millrace.log.contract.RecordingListener;
import io.millrace.log.file.MemoryFileSystem;
import io.millrace.log.file.StoreFile;
import io.millrace.log.local.format.Checksums;
import io.millrace.log.local.format.JournalFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A store that loses power, or is killed, again and again, at any step. What was reported durable
 * is there, in order, once; what was never appended is not.
 */
class CrashTest {
  private static final int LOGS = 5;
  private static final int LIVES = 25;

  /** What the test knows of one log. */
  private static final class Model {
    private final LogId id;
    private final LogConfig config;
    private final List<String> appended = new ArrayList<>();
    private long reported;
    private long start;
    private int sequence;
    private int incarnation;

    Model(LogId id, LogConfig config) {
      this.id = id;
      this.config = config;
    }
  }

  private final List<Model> models = new ArrayList<>();
  private int nextText;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void whatWasReportedDurableSurvivesPowerLoss(long seed) {
    live(seed, true);
  }

  @ParameterizedTest
  @ValueSource(longs = {101, 102, 103, 104, 105, 106, 107, 108})
  void whatWasReportedDurableSurvivesAKillWhateverTheDurability(long seed) {
    live(seed, false);
  }

  /**
   * Power fails in the first commit of a journal file: its beginning is lost, and what was written
   * behind is on the disk. The next life begins the file again, with the same sequence number, and
   * ends where that lies.
   */
  @Test
  void whatALostCommitLeftBehindIsNoEntryOfTheNextLife() throws IOException {
    MemoryFileSystem files = new MemoryFileSystem();
    SteppedStore harness = new SteppedStore(files, LocalStoreConfig.small(), 1);
    LogId id = new LogId(new UUID(1, 1), 0);
    append(harness, id);
    harness.restart();
    append(harness, id, "lost 1", "lost 2");
    tearBeforeLastBatch(files);
    harness.kill();
    append(harness, id, "kept 1");
    harness.kill();

    Log log = harness.await(harness.store().open(id, LogConfig.DEFAULT, new RecordingListener()));

    assertThat(Batches.texts(harness, log, 2000)).containsExactly("kept 1");
    harness.close();
  }

  /** It has no salt, and is written as the present one is otherwise. */
  @Test
  void aJournalOfVersion1IsRead() throws IOException {
    MemoryFileSystem files = new MemoryFileSystem();
    SteppedStore before = new SteppedStore(files, LocalStoreConfig.small(), 1, () -> 0);
    LogId id = new LogId(new UUID(1, 1), 0);
    append(before, id, "one", "two");
    before.agents().kill();
    files.killProcess();
    for (String path : files.paths()) {
      if (path.startsWith("logs/")) {
        files.delete(path);
      } else if (path.equals("journal/1.journal")) {
        makeVersion1(files, path);
      }
    }

    SteppedStore harness = new SteppedStore(files, LocalStoreConfig.small(), 2);
    Log log = harness.await(harness.store().open(id, LogConfig.DEFAULT, new RecordingListener()));

    assertThat(Batches.texts(harness, log, 2000)).containsExactly("one", "two");
    harness.close();
  }

  private static void makeVersion1(MemoryFileSystem files, String path) throws IOException {
    int checksum = offsetOf("checksum");
    int version = offsetOf("version");
    try (StoreFile file = files.open(path)) {
      ByteBuffer header = ByteBuffer.allocate(JournalFormat.FILE_HEADER_BYTES);
      file.read(header, 0);
      header.putInt(version, 1);
      header.putInt(checksum, new Checksums().of(header, version, header.capacity() - version));
      file.write(header.rewind(), 0);
    }
  }

  private static int offsetOf(String field) {
    return JournalFormat.FILE_HEADER.fields().stream()
        .filter(it -> it.name().equals(field))
        .findFirst()
        .orElseThrow()
        .offset();
  }

  private static void append(SteppedStore harness, LogId id, String... texts) {
    Log log = harness.await(harness.store().open(id, LogConfig.DEFAULT, new RecordingListener()));
    assertThat(log.endOffset()).isZero();
    for (String text : texts) {
      log.append(Batches.of(1, text), AppendOptions.CLIENT);
    }
    harness.await(() -> log.durableOffset() == texts.length);
  }

  private static void tearBeforeLastBatch(MemoryFileSystem files) throws IOException {
    for (String path : files.paths()) {
      if (path.startsWith("logs/")) {
        files.delete(path);
      } else if (path.startsWith("journal/")) {
        try (StoreFile file = files.open(path)) {
          file.write(ByteBuffer.allocate(startOfLastEntry(file)), 0);
        }
      }
    }
  }

  private static int startOfLastEntry(StoreFile file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
    file.read(bytes, 0);
    bytes.flip();
    int last = 0;
    int at = JournalFormat.FILE_HEADER_BYTES;
    while (JournalFormat.looksLikeEntry(bytes, at)) {
      last = at;
      at += JournalFormat.entryBytes(JournalFormat.bodyLength(bytes, at));
    }
    return last;
  }

  private void live(long seed, boolean powerLoss) {
    Random random = new Random(seed);
    for (int i = 0; i < LOGS; i++) {
      LogConfig config = LogConfig.DEFAULT.withSegmentBytes(1024 << random.nextInt(6));
      if (!powerLoss && i == 0) {
        config = config.withDurability(Durability.OS);
      }
      models.add(new Model(new LogId(new UUID(seed, i), i), config));
    }
    LocalStoreConfig config =
        LocalStoreConfig.small().withTailCacheBytes(random.nextBoolean() ? 0 : 64 * 1024);
    SteppedStore harness = new SteppedStore(new MemoryFileSystem(), config, seed);
    for (int life = 0; life < LIVES; life++) {
      String when = "seed " + seed + ", life " + life + ", " + harness.store().recoveryReport();
      List<Log> logs = new ArrayList<>();
      List<RecordingListener> listeners = new ArrayList<>();
      for (Model model : models) {
        RecordingListener listener = new RecordingListener();
        Log log = harness.await(harness.store().open(model.id, model.config, listener));
        verify(harness, model, log, when);
        logs.add(log);
        listeners.add(listener);
      }
      work(harness, random, logs, listeners);
      for (int i = 0; i < LOGS; i++) {
        note(models.get(i), logs.get(i), listeners.get(i));
      }
      if (powerLoss) {
        harness.crash(random.nextLong());
      } else {
        harness.kill();
      }
    }
  }

  private static void note(Model model, Log log, RecordingListener listener) {
    model.reported = Math.max(model.reported, log.durableOffset());
    model.start = Math.max(model.start, log.startOffset());
    assertThat(listener.wentBack()).isFalse();
    assertThat(listener.failure()).isNull();
  }

  private void verify(SteppedStore harness, Model model, Log log, String when) {
    assertThat(log.endOffset()).as(when).isBetween(model.reported, (long) model.appended.size());
    assertThat(log.durableOffset()).as(when).isEqualTo(log.endOffset());
    assertThat(log.startOffset()).as(when).isBetween(model.start, log.endOffset());
    model.start = log.startOffset();
    List<String> expected = model.appended.subList((int) log.startOffset(), (int) log.endOffset());
    assertThat(Batches.texts(harness, log, 2000)).as(when).isEqualTo(expected);
    // What was not durable may be lost; its offsets are used again.
    model.appended.subList((int) log.endOffset(), model.appended.size()).clear();
    model.reported = log.endOffset();
    model.sequence = 0;
    model.incarnation++;
  }

  private void work(
      SteppedStore harness, Random random, List<Log> logs, List<RecordingListener> listeners) {
    int actions = random.nextInt(120);
    for (int action = 0; action < actions; action++) {
      int which = random.nextInt(LOGS);
      Log log = logs.get(which);
      Model model = models.get(which);
      switch (random.nextInt(14)) {
        case 0 -> harness.pass(random.nextInt(30));
        case 1 -> harness.pass(random.nextInt(1500));
        case 2 ->
            log.deleteBefore(
                log.startOffset()
                    + random.nextInt((int) (log.durableOffset() - log.startOffset()) + 1));
        case 3, 4 -> append(model, log, 2000 + random.nextInt(12_000));
        case 5, 6, 7 -> append(model, log, random.nextInt(300));
        case 8 -> {
          for (int i = 0; i < 20; i++) {
            append(model, log, random.nextInt(900));
          }
        }
        default -> {
          for (int steps = random.nextInt(12); steps > 0; steps--) {
            harness.agents().step();
          }
        }
      }
      note(model, log, listeners.get(which));
    }
  }

  private void append(Model model, Log log, int size) {
    String text = nextText++ + "-" + "x".repeat(size);
    ByteBuffer batch = Batches.from(model.incarnation * 10L + 1, 0, model.sequence, text);
    try {
      assertThat(log.append(batch, AppendOptions.CLIENT).baseOffset())
          .isEqualTo(model.appended.size());
      model.sequence++;
      model.appended.add(text);
    } catch (StoreException e) {
      throw new AssertionError("log " + model.id, e);
    }
  }
}
