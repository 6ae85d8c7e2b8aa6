package io.millrace.log.local;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.together;

import io.millrace.kernel.VirtualClock;
import io.millrace.log.Decompressor;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.StoreFailedException;
import io.millrace.log.file.FileSystem;
import io.millrace.log.local.format.LogSnapshot;
import io.millrace.log.local.recovery.RecoveredLog;
import io.millrace.log.local.segment.FileCache;
import io.millrace.log.local.segment.FileCacheRaces;
import io.millrace.races.Race;
import java.util.List;
import java.util.UUID;

/** {@link WriterAgent}: what is put while it goes to rest is not forgotten. */
public final class WriterAgentRaces {
  private static final LocalStoreConfig CONFIG = LocalStoreConfig.small();

  private WriterAgentRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race("the writer does not rest for ever", 200, WriterAgentRaces::notForEver));
  }

  private static void notForEver() {
    FileSystem disk = FileCacheRaces.emptyDisk();
    VirtualClock clock = new VirtualClock(0);
    StoreStats stats = new StoreStats();
    SpaceWatch space = new SpaceWatch(disk, clock, CONFIG);
    TailBudget budget = new TailBudget(CONFIG.tailCacheBytes(), stats);
    FileCache cache = new FileCache(disk, 8, Runnable::run);
    StoreContext context =
        new StoreContext(
            CONFIG,
            clock,
            cache,
            Decompressor.NONE,
            Runnable::run,
            space,
            stats,
            budget,
            new JournalQueue());
    WriterAgent writer =
        new WriterAgent(CONFIG, clock, stats, space, budget, new NoEvents(), () -> {});
    LogCore first = log(context, cache, 0);
    LogCore second = log(context, cache, 1);
    writer.put(first);
    clock.advanceToNs(writer.nextDeadlineNs());
    together(
        () -> {
          writer.doWork();
          writer.doWork();
        },
        () -> writer.put(second));
    check(!isQueued(first), "the writer has taken what was due");
    check(
        !isQueued(second) || writer.nextDeadlineNs() != Long.MAX_VALUE,
        "what was put is taken, or will be due");
  }

  /** A log in which nothing is to be written. */
  private static LogCore log(StoreContext context, FileCache cache, int index) {
    LogSnapshot nothing = LogSnapshot.empty(new LogId(new UUID(1, 1), index), LogConfig.DEFAULT);
    return new LogCore(context, RecoveredLog.of(nothing, cache, 1000));
  }

  private static boolean isQueued(LogCore log) {
    return !log.queueForWriting();
  }

  private static final class NoEvents implements StoreEvents {
    @Override
    public void unwritten(LogCore log) {}

    @Override
    public void memoryExceeded() {}

    @Override
    public void deleted(LogCore log) {}

    @Override
    public void journalStalled() {}

    @Override
    public void checkpointed() {}

    @Override
    public void failed(StoreFailedException failure) {}
  }
}
