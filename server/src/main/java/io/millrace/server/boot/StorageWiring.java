package io.millrace.server.boot;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.kernel.Agents;
import io.millrace.kernel.Randomness;
import io.millrace.log.Decompressor;
import io.millrace.log.Store;
import io.millrace.log.file.DiskFileSystem;
import io.millrace.log.file.FileSystem;
import io.millrace.log.local.LocalStore;
import io.millrace.log.local.LocalStoreConfig;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.config.StorageConfig;
import io.millrace.server.cursor.CursorConfig;
import io.millrace.server.metrics.StoreMetrics;
import io.millrace.server.partition.Decompression;
import io.millrace.server.partition.Recompression;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;

/** Wires the store: the files of a data directory. */
final class StorageWiring {
  private static final String STORE = "store";

  /** What waits for the disk may take this part of the memory, at most. */
  private static final int PENDING_SHARE = 8;

  @Produces
  @Singleton
  DataDirectory dataDirectory(ServerConfig config) throws IOException {
    return DataDirectory.open(config.storage().dataDir());
  }

  @Produces
  @Singleton
  FileSystem files(DataDirectory directory) throws IOException {
    return new DiskFileSystem(directory.path().resolve(STORE));
  }

  @Produces
  @Singleton
  LocalStoreConfig storeConfig(ServerConfig config) {
    StorageConfig storage = config.storage();
    LocalStoreConfig defaults = LocalStoreConfig.DEFAULT;
    return new LocalStoreConfig(
        defaults.journalFileBytes(),
        storage.maxJournalBytes(),
        Math.min(defaults.checkpointBytes(), storage.maxJournalBytes() / 4),
        defaults.checkpointMs(),
        defaults.maxCommitBytes(),
        defaults.directBytes(),
        Math.min(defaults.maxPendingBytes(), Runtime.getRuntime().maxMemory() / PENDING_SHARE),
        storage.tailCacheBytes(),
        defaults.writeBehindBytes(),
        defaults.writeBehindMs(),
        storage.maxOpenFiles(),
        defaults.readThreads(),
        storage.producerExpiryMs(),
        defaults.retentionCheckMs(),
        storage.reserveBytes(),
        defaults.spaceCheckMs(),
        new LocalStoreConfig.CompactionLimits(
            storage.compactionCheckMs(),
            storage.compactionMemoryBytes(),
            storage.compactionBytesPerSecond()));
  }

  @Produces
  @Singleton
  Store store(
      FileSystem files,
      Agents agents,
      LocalStoreConfig config,
      Randomness randomness,
      MeterRegistry meters,
      Lifecycle lifecycle)
      throws IOException {
    LocalStore store =
        new LocalStore(files, agents, config, decompressor(), Recompression::compress, randomness);
    lifecycle.began("store", store);
    new StoreMetrics(store, store.stats()).bindTo(meters);
    return store;
  }

  private static Decompressor decompressor() {
    int maxBytes = CursorConfig.maxBatchBytes(Runtime.getRuntime().maxMemory());
    return batch -> Decompression.records(batch, maxBytes);
  }
}
