package io.millrace.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.millrace.kernel.SteppedAgents;
import io.millrace.log.AppendOptions;
import io.millrace.log.Decompressor;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.LogSlice;
import io.millrace.log.StoreException;
import io.millrace.log.contract.Batches;
import io.millrace.log.contract.RecordingListener;
import io.millrace.log.file.MemoryFileSystem;
import io.millrace.log.file.StoreFile;
import io.millrace.log.local.LocalStore;
import io.millrace.log.local.LocalStoreConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A store whose files were changed behind its back opens, or says that it cannot; and so does each
 * of its logs.
 */
class RecoveryFuzzTest {
  private static final long START_MS = 1_700_000_000_000L;
  private static final int STEPS = 1_000_000;

  @FuzzTest(maxDuration = "10m")
  void recover(FuzzedDataProvider data) throws IOException {
    MemoryFileSystem files = written();
    List<String> paths = paths(files, "");
    for (int change = data.consumeInt(1, 4); change > 0; change--) {
      damage(files, data.pickValue(paths), data);
    }
    SteppedAgents agents = new SteppedAgents(2, START_MS + 1_000);
    try (LocalStore store =
        new LocalStore(files, agents, LocalStoreConfig.small(), Decompressor.NONE)) {
      for (LogId id : store.logs()) {
        look(store, agents, id);
      }
    } catch (IOException | StoreException said) {
      assertThat(said.getMessage()).as("%s", said).isNotBlank();
    } finally {
      agents.close();
    }
  }

  private static void look(LocalStore store, SteppedAgents agents, LogId id) throws IOException {
    CompletableFuture<Log> opening =
        store.open(id, LogConfig.DEFAULT, new RecordingListener()).toCompletableFuture();
    agents.runUntilIdle(STEPS);
    assertThat(opening).isDone();
    try {
      Log log = opening.join();
      CompletableFuture<LogSlice> reading =
          log.read(log.startOffset(), 1 << 20, log.endOffset()).toCompletableFuture();
      agents.runUntilIdle(STEPS);
      assertThat(reading).isDone();
      try (LogSlice slice = reading.join()) {
        assertThat(slice.sizeInBytes()).isNotNegative();
      }
    } catch (CompletionException said) {
      assertThat(said.getCause()).isInstanceOfAny(StoreException.class, IOException.class);
    }
  }

  private static void damage(MemoryFileSystem files, String path, FuzzedDataProvider data)
      throws IOException {
    try (StoreFile file = files.open(path)) {
      long size = file.size();
      if (data.consumeBoolean()) {
        file.truncate(data.consumeLong(0, size));
      } else if (size > 0) {
        byte[] bytes = data.consumeBytes(16);
        file.write(ByteBuffer.wrap(bytes), data.consumeLong(0, Math.min(size - 1, 4_096)));
      }
    }
  }

  /** A store with a checkpoint, and with a journal that goes on behind it. */
  private static MemoryFileSystem written() throws IOException {
    MemoryFileSystem files = new MemoryFileSystem();
    SteppedAgents agents = new SteppedAgents(1, START_MS);
    LocalStore store = new LocalStore(files, agents, LocalStoreConfig.small(), Decompressor.NONE);
    append(store, agents, 2);
    store.close();
    agents.close();
    agents = new SteppedAgents(1, START_MS + 100);
    store = new LocalStore(files, agents, LocalStoreConfig.small(), Decompressor.NONE);
    append(store, agents, 3);
    agents.kill();
    files.killProcess();
    return files;
  }

  private static void append(LocalStore store, SteppedAgents agents, int batches) {
    for (int index = 0; index < 2; index++) {
      CompletableFuture<Log> opening =
          store
              .open(new LogId(new UUID(1, 2), index), LogConfig.DEFAULT, new RecordingListener())
              .toCompletableFuture();
      agents.runUntilIdle(STEPS);
      for (int batch = 0; batch < batches; batch++) {
        opening.join().append(Batches.of(START_MS, "a", "b" + batch), AppendOptions.CLIENT);
      }
    }
    agents.runUntilIdle(STEPS);
  }

  private static List<String> paths(MemoryFileSystem files, String directory) throws IOException {
    List<String> paths = new ArrayList<>();
    for (String name : files.list(directory)) {
      String path = directory.isEmpty() ? name : directory + "/" + name;
      if (files.exists(path) && files.list(path).isEmpty()) {
        paths.add(path);
      } else {
        paths.addAll(paths(files, path));
      }
    }
    return paths;
  }
}
