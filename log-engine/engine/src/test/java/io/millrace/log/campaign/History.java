package io.millrace.log.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.kernel.Failures;
import io.millrace.log.AppendOptions;
import io.millrace.log.AppendResult;
import io.millrace.log.Compaction;
import io.millrace.log.Durability;
import io.millrace.log.InvalidTransactionException;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogFencedException;
import io.millrace.log.LogId;
import io.millrace.log.OffsetOutOfRangeException;
import io.millrace.log.OutOfOrderSequenceException;
import io.millrace.log.StaleProducerException;
import io.millrace.log.StoreBusyException;
import io.millrace.log.StoreException;
import io.millrace.log.StoreFailedException;
import io.millrace.log.StoreFullException;
import io.millrace.log.StoreHealth;
import io.millrace.log.TimestampOffset;
import io.millrace.log.contract.Batches;
import io.millrace.log.contract.RecordingListener;
import io.millrace.log.file.PowerCut;
import io.millrace.log.local.LocalStoreConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One random history of a store: several lives, each begun on what the last one left, worked on,
 * and ended by a crash, a fault or in peace. A seed decides everything.
 */
final class History {
  private static final int LIVES = 16;
  private static final int MAX_LOGS = 5;
  private static final int WAIT_STEPS = 12;

  /** A log that was opened in this life. */
  private record Open(LogModel model, Log log, RecordingListener listener) {}

  private final long seed;
  private final Random random;
  private final FaultyStore store;
  private final boolean transactions;
  private final boolean compaction;
  private boolean compactsQuickly;
  private final boolean largeBatches;
  private final List<LogModel> models = new ArrayList<>();
  private final Map<LogId, Open> open = new HashMap<>();
  private int nextText;
  private int nextMarker;
  private int nextLog;
  private long nextProducer = 1;
  private long timestampMs = 1_000_000;
  private int life;
  private int crashes;
  private int faults;
  private String last = "";

  /**
   * @param transactions whether some producers have transactions
   */
  History(long seed, boolean transactions) {
    this(seed, transactions, false);
  }

  /**
   * @param transactions whether some producers have transactions
   * @param compaction whether records have keys and some logs are compacted
   */
  History(long seed, boolean transactions, boolean compaction) {
    this.seed = seed;
    this.transactions = transactions;
    this.compaction = compaction;
    this.random = new Random(seed);
    this.largeBatches = random.nextInt(4) == 0;
    this.store = new FaultyStore(randomConfig(), seed);
  }

  private LocalStoreConfig randomConfig() {
    LocalStoreConfig config = randomStoreConfig();
    if (!compaction) {
      return config;
    }
    LocalStoreConfig.CompactionLimits limits =
        new LocalStoreConfig.CompactionLimits(
            20 + random.nextInt(500),
            24L << random.nextInt(12),
            random.nextBoolean() ? 0 : 1000 << random.nextInt(10));
    compactsQuickly = limits.bytesPerSecond() == 0 && limits.memoryBytes() >= 24 * 64;
    return config.withCompaction(limits);
  }

  private LocalStoreConfig randomStoreConfig() {
    int file = (16 * 1024) << random.nextInt(2);
    int commit = file / 4;
    return new LocalStoreConfig(
        file,
        (3L + random.nextInt(5)) * file,
        (1L + random.nextInt(3)) * file,
        50 + random.nextInt(2000),
        commit,
        commit / (1 << random.nextInt(3)),
        random.nextInt(3) == 0 ? 8 * 1024 : 1 << 20,
        random.nextBoolean() ? 0 : 32 * 1024,
        random.nextInt(8 * 1024),
        random.nextInt(50),
        8 + random.nextInt(8),
        2,
        3_600_000,
        200 + random.nextInt(2000),
        random.nextBoolean() ? 0 : 8 * 1024,
        100,
        LocalStoreConfig.CompactionLimits.DEFAULT);
  }

  /** Lives it. */
  Tally run() {
    try {
      for (life = 0; life < LIVES; life++) {
        live();
      }
      last = "the last, undisturbed life";
      begin();
      settleEverything();
      checkNothingIsLeftBehind();
      if (compaction) {
        checkTheLastRecordsOfKeysAreLeft();
      } else {
        new Damage(new Random(~seed), store, models).inflictWhileRunning();
        new Damage(random, store, models).inflict();
      }
    } catch (AssertionError | RuntimeException | PowerCut e) {
      throw new AssertionError(
          "seed " + seed + ", life " + life + ", " + last + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new AssertionError("seed " + seed + ", life " + life + ": " + e.getMessage(), e);
    }
    return new Tally(crashes, faults, store.steps());
  }

  /** Undisturbed, everything but the last segment is compacted in the end. */
  private void checkTheLastRecordsOfKeysAreLeft() throws IOException {
    last = "compacting in peace";
    for (Open it : open.values()) {
      it.model.config =
          it.model
              .config
              .withSegmentBytes(1024)
              .withRetention(-1, -1)
              .withCompaction(new Compaction(0, 0, Long.MAX_VALUE, 0));
      it.model.everCompacted = true;
      it.log.configure(it.model.config);
      for (int i = 0; i < 3; i++) {
        append(it, 900);
      }
    }
    settleEverything();
    store.pass(60_000);
    settleEverything();
    for (Open it : open.values()) {
      checkFound(it);
      if (store.store().health() == StoreHealth.OK && compactsQuickly) {
        it.model.checkIsCompacted(it.log, found(it));
      }
    }
  }

  /** The files of deleted logs go, whatever has happened meanwhile. */
  private void checkNothingIsLeftBehind() {
    last = "tidying";
    store.await(
        () ->
            store.store().health() != StoreHealth.OK
                || store.files().memory().paths().stream()
                    .filter(path -> path.startsWith("logs/"))
                    .allMatch(path -> open.keySet().stream().anyMatch(id -> isOf(path, id))));
  }

  private static boolean isOf(String path, LogId id) {
    return path.startsWith("logs/" + id + "/");
  }

  // ---- one life

  private void live() throws IOException {
    long failuresBefore = Failures.count();
    boolean faulty = planFaults();
    boolean orderly = false;
    try {
      begin();
      work(random.nextInt(90));
      checkHealth(faulty, failuresBefore);
      if (random.nextInt(3) == 0 && store.store().health() != StoreHealth.FAILED) {
        settleEverything();
      }
      noteAll();
      if (random.nextInt(5) == 0) {
        orderly = close();
      }
    } catch (PowerCut expected) {
      assertThat(faulty).isTrue();
    } catch (StoreFailedException | IOException e) {
      if (!store.files().hasFailed()) {
        throw e;
      }
    }
    noteAll();
    end(orderly);
  }

  /** Chooses what will go wrong. Returns whether something may. */
  private boolean planFaults() {
    switch (random.nextInt(10)) {
      case 0 -> store.files().endProcessAfter(random.nextInt(20));
      case 1, 2, 3 -> store.files().endProcessAfter(random.nextInt(300));
      case 4 -> store.files().failAfter(random.nextInt(15), 1 + random.nextInt(3));
      case 5 -> store.files().failAfter(random.nextInt(200), 1 + random.nextInt(3));
      case 6 -> store.files().failReads(5 + random.nextInt(200));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void begin() throws IOException {
    open.clear();
    last = "starting";
    store.start();
    if (random.nextInt(3) == 0) {
      faults++;
      store
          .files()
          .slowSyncs(
              10, ns -> store.agents().clock().advanceToNs(store.agents().clock().nanoTime() + ns));
    }
    checkWhichLogsThereAre();
    for (LogModel model : new ArrayList<>(models)) {
      Open opened = openLog(model);
      last = "verifying " + model.id + ", " + store.store().recoveryReport();
      if (model.everCompacted) {
        model.verifyCompacted(opened.log, found(opened));
      } else {
        model.verify(opened.log, texts(opened.log));
      }
    }
    while (models.size() < MAX_LOGS) {
      newLog();
    }
  }

  private void checkWhichLogsThereAre() {
    List<LogId> found = new ArrayList<>(store.store().logs());
    for (LogModel model : new ArrayList<>(models)) {
      boolean exists = found.remove(model.id);
      if (!exists && model.deleteAsked) {
        models.remove(model);
      } else if (!exists) {
        assertThat(model.mustExist()).as("%s exists", model.id).isFalse();
      }
      model.deleteAsked = false;
    }
    assertThat(found).as("logs that were deleted").isEmpty();
  }

  private Open openLog(LogModel model) {
    RecordingListener listener = new RecordingListener();
    Log log = store.await(store.store().open(model.id, model.config, listener));
    Open opened = new Open(model, log, listener);
    open.put(model.id, opened);
    return opened;
  }

  private void newLog() {
    LogModel model = new LogModel(new LogId(new UUID(seed, ++nextLog), 0), randomLogConfig());
    models.add(model);
    openLog(model);
  }

  private LogConfig randomLogConfig() {
    LogConfig config = randomLogConfigWithoutCompaction();
    return compaction && random.nextInt(4) > 0
        ? config
            .withSegmentBytes(1024 << random.nextInt(3))
            .withCompaction(
                new Compaction(
                    random.nextInt(3) * 0.25,
                    0,
                    random.nextBoolean() ? Long.MAX_VALUE : 1 + random.nextInt(5000),
                    random.nextInt(3) * 1000L))
        : config;
  }

  private LogConfig randomLogConfigWithoutCompaction() {
    Durability durability =
        switch (random.nextInt(6)) {
          case 0 -> Durability.OS;
          case 1 -> Durability.MEMORY;
          default -> Durability.FSYNC;
        };
    return new LogConfig(
        durability,
        largeBatches ? 1 << 20 : (1024 << random.nextInt(6)),
        random.nextInt(4) == 0 ? 1 + random.nextInt(3000) : 1_000_000,
        -1,
        random.nextInt(8) == 0 ? random.nextInt(50_000) : -1,
        1 << 20);
  }

  /** Makes sure that without further trouble everything becomes durable and tidy. */
  private void settleEverything() {
    last = "settling";
    store.files().memory().setCapacity(Long.MAX_VALUE);
    store.await(
        () ->
            store.store().health() != StoreHealth.OK
                || open.values().stream()
                    .allMatch(it -> it.log.durableOffset() == it.log.endOffset()));
    if (store.store().health() == StoreHealth.OK) {
      store.await(
          () ->
              store.store().health() != StoreHealth.OK
                  || (store.store().stats().unwrittenBytes() == 0
                      && store.store().pendingBytes() == 0));
    }
  }

  private void checkHealth(boolean faulty, long failuresBefore) {
    if (!faulty) {
      assertThat(store.store().health()).isNotEqualTo(StoreHealth.FAILED);
      assertThat(Failures.count()).as("background failures").isEqualTo(failuresBefore);
    }
  }

  private void noteAll() {
    for (Open it : open.values()) {
      if (it.model.isVerified()) {
        it.model.note(it.log);
      }
      assertThat(it.log.startOffset()).isLessThanOrEqualTo(it.log.durableOffset());
      assertThat(it.listener.wentBack()).isFalse();
    }
  }

  /** Closes the store. Returns whether it could do all that closing is for. */
  private boolean close() {
    last = "closing";
    store.files().memory().setCapacity(Long.MAX_VALUE);
    settleEverything();
    boolean sound = store.store().health() == StoreHealth.OK;
    store.close();
    return sound && !store.files().hasFailed();
  }

  private void end(boolean orderly) {
    boolean syncFailed = store.files().hasSyncFailed();
    faults += store.files().hasFailed() ? 1 : 0;
    boolean power = !orderly && random.nextInt(5) > 1;
    LogModel.Loss loss =
        orderly
            ? LogModel.Loss.NOTHING
            : power || syncFailed ? LogModel.Loss.POWER : LogModel.Loss.PROCESS;
    for (LogModel model : models) {
      if (!orderly || !model.isVerified()) {
        model.lost(loss);
      }
    }
    if (random.nextInt(3) > 0) {
      // Otherwise the disk is as full when the next life begins.
      store.files().memory().setCapacity(Long.MAX_VALUE);
    }
    crashes += orderly ? 0 : 1;
    if (power) {
      store.losePower(random.nextLong());
    } else {
      store.kill(random.nextLong());
    }
  }

  // ---- work

  private void work(int actions) throws IOException {
    for (int i = 0; i < actions; i++) {
      Open it = pick();
      if (it == null) {
        return;
      }
      try {
        act(it);
      } catch (LogFencedException e) {
        if (store.store().health() != StoreHealth.FAILED) {
          throw e;
        }
      }
      if (it.model.isVerified() && open.containsKey(it.model.id)) {
        it.model.note(it.log);
      }
    }
  }

  private @Nullable Open pick() {
    List<LogModel> usable =
        models.stream().filter(model -> !model.deleteAsked && open.containsKey(model.id)).toList();
    return usable.isEmpty() ? null : open.get(usable.get(random.nextInt(usable.size())).id);
  }

  private void act(Open it) throws IOException {
    int action = random.nextInt(transactions ? 50 : 40);
    last = "action " + action + " on " + it.model.id;
    switch (action) {
      case 0 -> store.pass(random.nextInt(30));
      case 1 -> store.pass(random.nextInt(1500));
      case 2 -> moveStart(it);
      case 3 -> configure(it);
      case 4 -> takeOver(it);
      case 5 -> deleteLog(it);
      case 6 -> limitSpace();
      case 7, 8 -> read(it);
      case 9 -> findTime(it);
      case 10 -> sendAgain(it);
      case 11 -> leaveGap(it);
      case 12 -> store.settle();
      case 13 -> {
        ModelProducer producer = producerOf(it);
        producer.bumpEpoch();
      }
      case 14, 15 -> {
        for (int i = random.nextInt(20); i > 0; i--) {
          append(it, random.nextInt(500));
        }
      }
      case 16, 17 -> append(it, random.nextInt(largeBatches ? 12_000 : 6000));
      case 18, 19, 20, 21, 22, 23 -> append(it, random.nextInt(300));
      case 40, 41, 42, 43, 44, 45 -> endTransaction(it);
      case 46, 47 -> appendWithMarker(it);
      case 48 -> sendWithOldEpoch(it);
      case 49 -> sendOutsideOfTransaction(it);
      default -> {
        for (int steps = random.nextInt(WAIT_STEPS); steps > 0; steps--) {
          store.agents().step();
        }
      }
    }
  }

  private ModelProducer producerOf(Open it) {
    Map<Long, ModelProducer> known = it.model.producers;
    if (known.isEmpty() || random.nextInt(20) == 0) {
      ModelProducer producer =
          new ModelProducer(nextProducer++, transactions && random.nextBoolean());
      known.put(producer.id, producer);
      return producer;
    }
    List<Long> ids = known.keySet().stream().sorted().toList();
    Long id = ids.get(Math.max(0, ids.size() - 1 - random.nextInt(2)));
    ModelProducer producer = known.get(id);
    return producer == null ? new ModelProducer(id, false) : producer;
  }

  private List<String> randomKeys(int count) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; compaction && i < count; i++) {
      keys.add(random.nextInt(20) == 0 ? Sent.NO_KEY : "k" + random.nextInt(12));
    }
    return keys;
  }

  private String randomText(String text) {
    return compaction && random.nextInt(5) == 0 ? Sent.TOMBSTONE : text;
  }

  private Sent next(Open it, ModelProducer producer, long offset, List<String> texts) {
    return new Sent(
        producer.transactional ? Sent.Kind.TRANSACTIONAL : Sent.Kind.PLAIN,
        offset,
        texts,
        durability(it),
        producer.id,
        producer.epoch,
        producer.nextSequence,
        timestampMs++,
        randomKeys(texts.size()));
  }

  private Sent marker(Open it, ModelProducer producer, long offset, int epoch) {
    return new Sent(
        random.nextBoolean() ? Sent.Kind.COMMIT : Sent.Kind.ABORT,
        offset,
        List.of(Sent.markerText(nextMarker++ & 0x7f)),
        durability(it),
        producer.id,
        (short) epoch,
        -1,
        timestampMs++);
  }

  /** As a coordinator does, of the first version of transactions or of the second. */
  private void endTransaction(Open it) {
    ModelProducer producer = producerOf(it);
    if (!producer.transactional) {
      return;
    }
    int epoch = producer.epoch + random.nextInt(2);
    Sent marker = marker(it, producer, it.model.end(), epoch);
    AppendResult result = tryAppend(it, marker);
    if (result != null) {
      assertThat(result.baseOffset()).isEqualTo(marker.base());
      it.model.took(marker);
      if (epoch > producer.epoch) {
        producer.bumpEpoch();
      }
    }
  }

  /** A batch and the marker behind it, or a marker and what follows in a new epoch, as one. */
  private void appendWithMarker(Open it) {
    ModelProducer producer = producerOf(it);
    if (!producer.transactional || !producer.lost.isEmpty()) {
      return;
    }
    List<String> texts = List.of(nextText++ + "-one", nextText++ + "-two");
    long end = it.model.end();
    boolean markerFirst = random.nextBoolean();
    Sent marker;
    Sent data;
    if (markerFirst) {
      marker = marker(it, producer, end, producer.epoch + 1);
      data =
          new Sent(
              Sent.Kind.TRANSACTIONAL,
              marker.next(),
              texts,
              durability(it),
              producer.id,
              marker.epoch(),
              0,
              timestampMs++,
              randomKeys(texts.size()));
    } else {
      data = next(it, producer, end, texts);
      marker = marker(it, producer, data.next(), producer.epoch + random.nextInt(2));
    }
    Sent first = markerFirst ? marker : data;
    Sent second = markerFirst ? data : marker;
    AppendResult result = tryAppend(it, Batches.together(first.bytes(), second.bytes()));
    if (result == null) {
      return;
    }
    assertThat(result.baseOffset()).isEqualTo(first.base());
    assertThat(result.nextOffset()).isEqualTo(second.next());
    if (markerFirst) {
      producer.bumpEpoch();
    }
    it.model.took(first);
    it.model.took(second);
    if (!markerFirst && marker.epoch() > producer.epoch) {
      producer.bumpEpoch();
    }
  }

  /** What comes late, behind a marker or a batch with a higher epoch, is refused. */
  private void sendWithOldEpoch(Open it) {
    ModelProducer producer = producerOf(it);
    int epoch = it.model.epochOf(producer.id) - 1;
    if (epoch < 0) {
      return;
    }
    Sent late =
        new Sent(
            random.nextBoolean() ? Sent.Kind.TRANSACTIONAL : Sent.Kind.ABORT,
            it.model.end(),
            List.of(Sent.markerText(1)),
            Durability.FSYNC,
            producer.id,
            (short) epoch,
            0,
            timestampMs);
    expectRefused(it, late, StaleProducerException.class);
  }

  private void sendOutsideOfTransaction(Open it) {
    ModelProducer producer = producerOf(it);
    if (it.model.transactions.openOf(producer.id) < 0 || !producer.lost.isEmpty()) {
      return;
    }
    Sent outside =
        new Sent(
            Sent.Kind.PLAIN,
            it.model.end(),
            List.of("never"),
            Durability.FSYNC,
            producer.id,
            producer.epoch,
            producer.nextSequence,
            timestampMs);
    expectRefused(it, outside, InvalidTransactionException.class);
  }

  private static void expectRefused(Open it, Sent sent, Class<? extends StoreException> why) {
    assertThatThrownBy(() -> it.log.append(sent.bytes(), AppendOptions.CLIENT))
        .isInstanceOfAny(
            why,
            StoreFullException.class,
            StoreBusyException.class,
            StoreFailedException.class,
            LogFencedException.class);
  }

  private void append(Open it, int size) {
    LogModel model = it.model;
    List<String> texts = new ArrayList<>();
    for (int i = random.nextInt(10) == 0 ? 3 : 1; i > 0; i--) {
      texts.add(randomText(nextText++ + "-" + "x".repeat(size)));
    }
    Sent sent;
    if (random.nextInt(4) == 0) {
      sent =
          new Sent(
              Sent.Kind.PLAIN,
              model.end(),
              texts,
              durability(it),
              -1,
              (short) -1,
              -1,
              timestampMs++,
              randomKeys(texts.size()));
    } else {
      ModelProducer producer = producerOf(it);
      if (!producer.lost.isEmpty()) {
        sendLostAgain(it, producer);
        return;
      }
      sent = next(it, producer, model.end(), texts);
    }
    AppendResult result = tryAppend(it, sent);
    if (result != null) {
      assertThat(result.duplicate()).as("a new batch").isFalse();
      assertThat(result.baseOffset()).isEqualTo(sent.base());
      model.took(sent);
    }
  }

  /** Null when there is no space, or too much waits for the disk. */
  private static @Nullable AppendResult tryAppend(Open it, Sent sent) {
    return tryAppend(it, sent.bytes());
  }

  private static @Nullable AppendResult tryAppend(Open it, ByteBuffer batches) {
    try {
      return it.log.append(batches, AppendOptions.CLIENT);
    } catch (StoreFullException | StoreBusyException e) {
      return null;
    }
  }

  private static Durability durability(Open it) {
    return it.log.config().durability();
  }

  /** As a producer does after a broken connection: what it does not know to be there, in order. */
  private void sendLostAgain(Open it, ModelProducer producer) {
    int known = Math.min(producer.taken.size(), random.nextInt(4));
    for (int i = producer.taken.size() - known; i < producer.taken.size(); i++) {
      expectDuplicate(it, producer, i);
    }
    List<Sent> lost = new ArrayList<>(producer.lost);
    for (Sent before : lost) {
      Sent again = before.at(it.model.end(), durability(it), timestampMs++);
      AppendResult result = tryAppend(it, again);
      if (result == null) {
        return;
      }
      assertThat(result.duplicate())
          .as("sequence %s of producer %s, which a crash took", again.firstSequence(), producer.id)
          .isFalse();
      producer.lost.remove(0);
      it.model.took(again);
    }
  }

  private void sendAgain(Open it) {
    ModelProducer producer = producerOf(it);
    if (!producer.taken.isEmpty()) {
      int back = Math.min(producer.taken.size(), 1 + random.nextInt(8));
      expectDuplicate(it, producer, producer.taken.size() - back);
    }
  }

  private static void expectDuplicate(Open it, ModelProducer producer, int index) {
    Sent sent = producer.taken.get(index);
    AppendResult result = tryAppend(it, sent);
    if (result == null) {
      return;
    }
    assertThat(result.duplicate()).as("batch of %s sent twice", sent.firstSequence()).isTrue();
    assertThat(result.nextOffset()).isGreaterThanOrEqualTo(sent.next());
    if (producer.taken.size() - index <= 5) {
      assertThat(result.baseOffset()).isEqualTo(sent.base());
    } else {
      assertThat(result.baseOffset()).isIn(-1L, sent.base());
    }
  }

  private void leaveGap(Open it) {
    ModelProducer producer = producerOf(it);
    if (producer.taken.isEmpty() || !producer.lost.isEmpty()) {
      return;
    }
    Sent gap =
        new Sent(
            producer.transactional ? Sent.Kind.TRANSACTIONAL : Sent.Kind.PLAIN,
            it.model.end(),
            List.of("never"),
            Durability.FSYNC,
            producer.id,
            producer.epoch,
            producer.nextSequence + 1,
            timestampMs);
    expectRefused(it, gap, OutOfOrderSequenceException.class);
  }

  private void moveStart(Open it) {
    it.model.note(it.log);
    long start = it.log.startOffset();
    long to = start + random.nextInt((int) (it.log.durableOffset() - start) + 1);
    it.model.startAsked(to);
    it.log
        .deleteBefore(to)
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                it.model.startConfirmed(to);
              }
            });
  }

  private void configure(Open it) {
    it.model.config = randomLogConfig();
    it.model.everCompacted |= it.model.config.compaction() != null;
    if (it.model.config.retentionBytes() >= 0) {
      it.model.retentionMayDelete();
    }
    it.log.configure(it.model.config);
  }

  private void takeOver(Open it) {
    Open again = openLog(it.model);
    assertThatThrownBy(() -> it.log.append(Batches.of(1, "never"), AppendOptions.CLIENT))
        .isInstanceOf(LogFencedException.class);
    again.model.note(again.log);
  }

  private void deleteLog(Open it) {
    if (random.nextInt(3) > 0) {
      return;
    }
    LogModel model = it.model;
    it.model.note(it.log);
    model.deleteAsked = true;
    open.remove(model.id);
    store
        .store()
        .delete(model.id)
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                models.remove(model);
              }
            });
    newLog();
  }

  private void limitSpace() {
    var memory = store.files().memory();
    if (random.nextInt(3) == 0) {
      memory.setCapacity(Long.MAX_VALUE);
    } else {
      faults++;
      memory.setCapacity(memory.usedBytes() + random.nextInt(40_000) - 4000);
    }
  }

  // ---- reading

  private List<String> texts(Log log) throws IOException {
    List<String> texts = new ArrayList<>();
    long offset = log.startOffset();
    long end = log.durableOffset();
    while (offset < end) {
      offset = store.readSome(log, offset, 1 + random.nextInt(4000), end, texts);
    }
    return texts;
  }

  private List<Batches.Found> found(Open it) throws IOException {
    it.model.abortedFound.clear();
    return Batches.found(store, it.log, 1 + random.nextInt(4000), it.model.abortedFound);
  }

  /** What is there must not change while it is read, or it cannot be told what must be there. */
  private void checkFound(Open it) throws IOException {
    for (int attempt = 0; attempt < 3; attempt++) {
      long end = it.log.durableOffset();
      long compacted = store.store().stats().compactionReadBytes();
      List<Batches.Found> records = found(it);
      if (it.log.durableOffset() == end
          && store.store().stats().compactionReadBytes() == compacted) {
        it.model.checkFound(it.log, records);
        return;
      }
    }
  }

  private void readCompacted(Open it) throws IOException {
    if (!it.model.isVerified()) {
      return;
    }
    try {
      checkFound(it);
    } catch (StoreException e) {
      // Retention may have taken what was about to be read.
      if (!store.files().hasFailed() && !(e instanceof OffsetOutOfRangeException)) {
        throw e;
      }
    }
  }

  private void read(Open it) throws IOException {
    if (it.model.everCompacted) {
      readCompacted(it);
      return;
    }
    long start = it.log.startOffset();
    long durable = it.log.durableOffset();
    if (start == durable || !it.model.isVerified()) {
      return;
    }
    long from = start + random.nextInt((int) (durable - start));
    List<String> texts = new ArrayList<>();
    try {
      long to = store.readSome(it.log, from, 1 + random.nextInt(8000), durable, texts);
      assertThat(to).isLessThanOrEqualTo(durable);
      assertThat(texts).as("records from %s", from).isEqualTo(it.model.expected(from, to));
    } catch (StoreException e) {
      boolean hidden = !store.files().hasFailed() || e instanceof OffsetOutOfRangeException;
      if (hidden && it.log.startOffset() <= from) {
        throw e;
      }
    }
  }

  private void findTime(Open it) {
    List<Sent> durable = it.model.batches(it.log.startOffset(), it.log.durableOffset());
    if (durable.isEmpty()) {
      return;
    }
    Sent sent = durable.get(random.nextInt(durable.size()));
    CompletableFuture<Optional<TimestampOffset>> finding =
        it.log.findTimestamp(sent.timestampMs()).toCompletableFuture();
    store.await(finding::isDone);
    if (finding.isCompletedExceptionally()) {
      assertThat(store.files().hasFailed()).as("finding a time fails").isTrue();
      return;
    }
    if (it.model.everCompacted) {
      finding
          .join()
          .ifPresent(
              at -> {
                assertThat(at.timestampMs()).isGreaterThanOrEqualTo(sent.timestampMs());
                assertThat(it.model.timestampOf(at.offset())).isEqualTo(at.timestampMs());
              });
    } else if (it.log.startOffset() <= sent.base()) {
      assertThat(finding.join())
          .as("batch at %s", sent.base())
          .contains(new TimestampOffset(sent.timestampMs(), sent.base()));
    }
  }
}
