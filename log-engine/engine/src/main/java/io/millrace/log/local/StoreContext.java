package io.millrace.log.local;

import io.millrace.kernel.Clock;
import io.millrace.log.Decompressor;
import io.millrace.log.local.segment.FileCache;
import java.util.concurrent.Executor;

/**
 * What every log of a store shares.
 *
 * @param reads where reads run that may wait for a disk
 */
record StoreContext(
    LocalStoreConfig config,
    Clock clock,
    FileCache cache,
    Decompressor decompressor,
    Executor reads,
    SpaceWatch space,
    StoreStats stats,
    TailBudget budget,
    JournalQueue journal) {}
