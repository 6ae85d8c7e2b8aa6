package io.millrace.log.local;

import io.millrace.kernel.Agents;
import io.millrace.kernel.Failures;
import io.millrace.kernel.Randomness;
import io.millrace.log.Compressor;
import io.millrace.log.CorruptLogException;
import io.millrace.log.Decompressor;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogFencedException;
import io.millrace.log.LogId;
import io.millrace.log.LogListener;
import io.millrace.log.Store;
import io.millrace.log.StoreFailedException;
import io.millrace.log.StoreHealth;
import io.millrace.log.file.FileSystem;
import io.millrace.log.file.NoSpaceException;
import io.millrace.log.local.format.LogSnapshot;
import io.millrace.log.local.journal.JournalFiles;
import io.millrace.log.local.journal.JournalWriter;
import io.millrace.log.local.manifest.Manifest;
import io.millrace.log.local.recovery.OpenDirectory;
import io.millrace.log.local.recovery.RecoveredLog;
import io.millrace.log.local.recovery.Recovery;
import io.millrace.log.local.segment.FileCache;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps logs in the files of one directory. Opening it recovers what the last process left; logs
 * are looked at when they are opened. Safe for use from any thread.
 *
 * <p>Which thread does what: see the package. The formats of the files: {@code docs/format}.
 */
public final class LocalStore implements Store {
  private static final Logger LOG = LoggerFactory.getLogger(LocalStore.class);

  private final Closeable lock;
  private final Manifest manifest;
  private final JournalFiles journalFiles;
  private final FileCache cache;
  private final StoreContext context;
  private final JournalAgent journal;
  private final Keeper keeper;
  private final Graveyard graveyard;
  private final Checkpoints checkpoints;
  private final Compactions compactions;
  private final Agents.Handle journalHandle;
  private final Agents.Handle writerHandle;
  private final Agents.Handle keeperHandle;
  private final List<String> report;

  /** Guarded by itself. A log is here from when it was opened or recovered until it is deleted. */
  private final Map<LogId, LogCore> cores = new HashMap<>();

  /** Deleted since the store started, or before and not yet checkpointed. Guarded by cores. */
  private final Set<LogId> deleted = new HashSet<>();

  private boolean closed;

  /**
   * Opens the store: recovers, and starts its agents.
   *
   * @param agents run the store's agents; closed by their owner, after this store
   * @param decompressor for finding timestamps and keys within compressed batches
   * @param randomness for what tells this opening of the store from others; used here only
   * @throws io.millrace.log.file.LockedException when another store uses the directory
   * @throws CorruptLogException when what was durable cannot be read
   * @throws IOException when the directory cannot be read or written
   */
  public LocalStore(
      FileSystem files,
      Agents agents,
      LocalStoreConfig config,
      Decompressor decompressor,
      Randomness randomness)
      throws IOException {
    this(files, agents, config, decompressor, Compressor.NONE, randomness);
  }

  /**
   * Opens the store, as {@link #LocalStore(FileSystem, Agents, LocalStoreConfig, Decompressor,
   * Randomness)}.
   *
   * @param compressor for batches that compaction writes again
   */
  public LocalStore(
      FileSystem files,
      Agents agents,
      LocalStoreConfig config,
      Decompressor decompressor,
      Compressor compressor,
      Randomness randomness)
      throws IOException {
    Executor slow = agents.blocking("millrace-disk", config.readThreads());
    this.cache = new FileCache(files, config.maxOpenFiles(), slow);
    this.lock = OpenDirectory.take(files);
    Recovery.Outcome found;
    try {
      this.manifest = Manifest.load(files);
      this.journalFiles =
          new JournalFiles(
              files,
              config.journalFileBytes(),
              (int) (config.maxJournalBytes() / config.journalFileBytes()));
      found =
          new Recovery(files, agents.clock(), cache, config.producerExpiryMs())
              .recover(manifest, journalFiles);
      makeFirstSpare();
    } catch (NoSpaceException e) {
      cache.close();
      lock.close();
      throw new NoSpaceException(
          "the disk of "
              + files.description()
              + " is too full to start; free some space ("
              + e.getMessage()
              + ")",
          e);
    } catch (IOException | RuntimeException e) {
      cache.close();
      lock.close();
      throw e;
    }
    this.report = List.copyOf(found.report());
    report.forEach(line -> LOG.info("recovery: {}", line));
    StoreStats stats = new StoreStats();
    SpaceWatch space = new SpaceWatch(files, agents.clock(), config);
    TailBudget budget = new TailBudget(config.tailCacheBytes(), stats);
    JournalQueue queue = new JournalQueue();
    this.context =
        new StoreContext(
            config, agents.clock(), cache, decompressor, slow, space, stats, budget, queue);
    found.logs().forEach((id, log) -> cores.put(id, new LogCore(context, log)));
    deleted.addAll(found.deleted());
    Events events = new Events();
    this.journal =
        new JournalAgent(
            config,
            agents.clock(),
            queue,
            new JournalWriter(
                journalFiles, found.lastSequence(), found.lastEnd(), (int) randomness.nextLong()),
            space,
            stats,
            budget,
            events);
    WriterAgent writer =
        new WriterAgent(config, agents.clock(), stats, space, budget, events, queue::signal);
    events.writer = writer;
    this.graveyard = new Graveyard(agents.clock(), cache, manifest, found.deleted());
    this.checkpoints =
        new Checkpoints(
            config,
            agents.clock(),
            manifest,
            journalFiles,
            new Port(),
            space,
            stats,
            events,
            graveyard,
            List.copyOf(cores.values()),
            found.deleted());
    this.compactions =
        new Compactions(
            config,
            agents.clock(),
            this::openLogs,
            checkpoints,
            space,
            stats,
            events,
            agents.blocking("millrace-compaction", 1),
            this::onKeeper,
            decompressor,
            compressor);
    this.keeper =
        new Keeper(
            agents.clock(),
            space,
            journalFiles,
            checkpoints,
            new Retention(agents.clock(), config, this::openLogs, this::otherLogs, this::moveStart),
            compactions,
            graveyard,
            events,
            queue::signal);
    this.journalHandle = agents.start(journal);
    queue.onPut(journalHandle::signal);
    this.writerHandle = agents.start(writer);
    writer.onPut(writerHandle::signal);
    cores.values().stream().filter(LogCore::hasUnwritten).forEach(writer::put);
    this.keeperHandle = agents.start(keeper);
  }

  private void makeFirstSpare() throws IOException {
    if (journalFiles.hasFree()) {
      return;
    }
    try {
      journalFiles.makeSpare();
    } catch (NoSpaceException e) {
      // Readers can be served all the same; the keeper tries again.
      LOG.warn("no space for a journal file: {}", e.getMessage());
    }
  }

  @Override
  public CompletionStage<Log> open(LogId id, LogConfig config, LogListener listener) {
    StoreFailedException failure = context.space().failure();
    if (failure != null) {
      return CompletableFuture.failedFuture(failure);
    }
    LogCore core;
    boolean isNew = false;
    synchronized (cores) {
      if (closed) {
        return CompletableFuture.failedFuture(
            new StoreFailedException("the store is closed", null));
      }
      if (deleted.contains(id)) {
        return CompletableFuture.failedFuture(new LogFencedException("log " + id + " was deleted"));
      }
      LogCore known = materialise(id);
      if (known == null) {
        known =
            new LogCore(
                context,
                RecoveredLog.of(
                    LogSnapshot.empty(id, config), cache, context.config().producerExpiryMs()));
        cores.put(id, known);
        isNew = true;
      }
      core = known;
    }
    CorruptLogException damage = core.damage();
    if (damage != null) {
      return CompletableFuture.failedFuture(damage);
    }
    if (core.isVerified()) {
      return CompletableFuture.completedFuture(takeOver(core, config, listener, isNew));
    }
    return SlowRead.on(
        context.reads(),
        "opening log " + id,
        () -> {
          core.verify(config.compaction() != null);
          return takeOver(core, config, listener, false);
        });
  }

  private Log takeOver(LogCore core, LogConfig config, LogListener listener, boolean isNew) {
    LocalLog handle = new LocalLog(core, context, listener);
    LocalLog before = core.takeOver(handle);
    if (core.configure(config) || isNew) {
      context.journal().put(LogChange.exists(core));
    }
    if (before != null) {
      journal.post(
          () -> before.tellFailed(new LogFencedException("log " + core.id() + " was opened anew")));
    }
    context.journal().signal();
    return handle;
  }

  /** The log, brought into memory when it exists. Called with cores locked. */
  private @Nullable LogCore materialise(LogId id) {
    LogCore core = cores.get(id);
    if (core == null) {
      LogSnapshot snapshot = manifest.find(id);
      if (snapshot != null) {
        core =
            new LogCore(
                context, RecoveredLog.of(snapshot, cache, context.config().producerExpiryMs()));
        cores.put(id, core);
      }
    }
    return core;
  }

  @Override
  public CompletionStage<Void> delete(LogId id) {
    LogChange change;
    synchronized (cores) {
      LogCore core = deleted.contains(id) ? null : materialise(id);
      if (core == null) {
        return CompletableFuture.completedFuture(null);
      }
      change = LogChange.deleted(core);
    }
    context.journal().put(change);
    context.journal().signal();
    return change.done();
  }

  @Override
  public Set<LogId> logs() {
    synchronized (cores) {
      Set<LogId> all = manifest.logs();
      all.addAll(cores.keySet());
      all.removeAll(deleted);
      return all;
    }
  }

  @Override
  public StoreHealth health() {
    context.space().checkIfDue();
    return context.space().health();
  }

  @Override
  public List<String> recoveryReport() {
    return report;
  }

  /** Bytes that were appended and are not durable yet: doors bound their clients by it. */
  public long pendingBytes() {
    return context.stats().pendingBytes();
  }

  /** Counters for metrics. */
  public StoreStats stats() {
    return context.stats();
  }

  private Collection<LogCore> openLogs() {
    synchronized (cores) {
      return new ArrayList<>(cores.values());
    }
  }

  private Collection<LogSnapshot> otherLogs() {
    Set<LogId> others;
    synchronized (cores) {
      others = manifest.logs();
      others.removeAll(cores.keySet());
      others.removeAll(deleted);
    }
    List<LogSnapshot> snapshots = new ArrayList<>();
    for (LogId id : others) {
      LogSnapshot snapshot = manifest.find(id);
      if (snapshot != null) {
        snapshots.add(snapshot);
      }
    }
    return snapshots;
  }

  private void onKeeper(Runnable message) {
    keeper.post(message);
    keeperHandle.signal();
  }

  private void moveStart(LogId id, long offset) {
    LogCore core;
    synchronized (cores) {
      core = deleted.contains(id) ? null : materialise(id);
    }
    if (core != null) {
      context.journal().put(LogChange.start(core, offset));
      context.journal().signal();
    }
  }

  @Override
  public void close() {
    synchronized (cores) {
      if (closed) {
        return;
      }
      closed = true;
    }
    compactions.stop();
    journalHandle.close();
    writerHandle.close();
    keeperHandle.close();
    journalFiles.close();
    cache.close();
    try {
      manifest.close();
      lock.close();
    } catch (IOException e) {
      Failures.report("closing the store", e);
    }
  }

  /** What the agents tell each other. */
  private final class Events implements StoreEvents {
    private @Nullable WriterAgent writer;

    @Override
    public void unwritten(LogCore log) {
      if (writer != null) {
        writer.put(log);
      }
    }

    @Override
    public void memoryExceeded() {
      writerHandle.signal();
    }

    @Override
    public void deleted(LogCore log) {
      synchronized (cores) {
        deleted.add(log.id());
        cores.remove(log.id());
      }
      keeper.post(() -> graveyard.add(log.id()));
      keeperHandle.signal();
    }

    @Override
    public void journalStalled() {
      keeper.post(checkpoints::hurry);
      keeperHandle.signal();
    }

    @Override
    public void checkpointed() {
      synchronized (cores) {
        deleted.removeIf(id -> !manifest.contains(id));
      }
    }

    @Override
    public void failed(StoreFailedException failure) {
      journal.post(() -> openLogs().forEach(log -> JournalAgent.failLog(log, failure)));
      journalHandle.signal();
    }
  }

  /** Between the keeper and the journal's agent. */
  private final class Port implements Checkpoints.JournalPort {
    @Override
    public void close(boolean closeCurrent, BiConsumer<Long, Set<LogCore>> answer) {
      journal.post(
          () -> {
            if (closeCurrent) {
              journal.closeFile();
            }
            long newest = journalFiles.newestClosed();
            Set<LogCore> logs = journal.takeTouched(newest);
            keeper.post(() -> answer.accept(newest, logs));
            keeperHandle.signal();
          });
      journalHandle.signal();
    }

    @Override
    public void wake() {
      journalHandle.signal();
    }

    @Override
    public void closeForGood(BiConsumer<Long, Set<LogCore>> answer) {
      answer.accept(journal.lastSequence(), journal.takeTouched(Long.MAX_VALUE));
    }
  }
}
