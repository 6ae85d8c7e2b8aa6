package io.millrace.log.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.batch.RecordBatchView;
import io.millrace.log.AppendOptions;
import io.millrace.log.Durability;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.LogSlice;
import io.millrace.log.OffsetOutOfRangeException;
import io.millrace.log.StoreHealth;
import io.millrace.log.contract.Batches;
import io.millrace.log.contract.RecordingListener;
import io.millrace.log.file.DiskFileSystem;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Owners, readers, retention and checkpoints at the same time, on real files and threads. */
class ConcurrencyTest {
  private static final int LOGS = 6;
  private static final int BATCHES = 1000;

  @TempDir Path directory;

  @Test
  void readersSeeEveryDurableBatchWhileEverythingElseGoesOn() throws Exception {
    List<LogConfig> configs = new ArrayList<>();
    try (ThreadedStore harness =
        new ThreadedStore(new DiskFileSystem(directory), LocalStoreConfig.small())) {
      List<Log> logs = new ArrayList<>();
      for (int i = 0; i < LOGS; i++) {
        LogConfig config = LogConfig.DEFAULT.withSegmentBytes(20_000 + 7000 * i);
        config = i == 1 ? config.withDurability(Durability.OS) : config;
        config = i == 2 ? config.withDurability(Durability.MEMORY) : config;
        configs.add(config);
        LogId id = new LogId(new UUID(1, 1), i);
        logs.add(harness.await(harness.store().open(id, config, new RecordingListener())));
      }
      AtomicBoolean finished = new AtomicBoolean();
      ExecutorService threads = Executors.newCachedThreadPool();
      List<Future<Void>> owners = new ArrayList<>();
      List<Future<Void>> others = new ArrayList<>();
      for (int i = 0; i < LOGS; i++) {
        Log log = logs.get(i);
        owners.add(threads.submit(owner(log, i)));
        others.add(threads.submit(reader(log, 0)));
        others.add(threads.submit(reader(log, 600)));
      }
      others.add(threads.submit(deleter(logs.get(5), finished)));
      for (Future<Void> owner : owners) {
        owner.get();
      }
      finished.set(true);
      for (Future<Void> other : others) {
        other.get();
      }
      threads.shutdown();
      assertThat(harness.store().health()).isEqualTo(StoreHealth.OK);

      harness.restart();
      for (int i = 0; i < LOGS; i++) {
        Log log =
            harness.await(
                harness
                    .store()
                    .open(new LogId(new UUID(1, 1), i), configs.get(i), new RecordingListener()));
        assertThat(log.endOffset()).isEqualTo(BATCHES);
        List<String> texts = Batches.texts(harness, log, 50_000);
        assertThat(texts).hasSize((int) (BATCHES - log.startOffset()));
        assertThat(texts.get(0)).startsWith("n" + log.startOffset() + ";");
      }
    }
  }

  private static Callable<Void> owner(Log log, int seed) {
    return () -> {
      Random random = new Random(seed);
      for (int n = 0; n < BATCHES; n++) {
        int size = random.nextInt(30) == 0 ? 12_000 : 10 + random.nextInt(700);
        log.append(Batches.sized(n, size), AppendOptions.CLIENT);
        // A client has a bounded number in flight.
        while (log.endOffset() - log.durableOffset() > 50) {
          LockSupport.parkNanos(50_000);
        }
      }
      return null;
    };
  }

  private static Callable<Void> reader(Log log, int lag) {
    return () -> {
      RecordBatchView batch = new RecordBatchView();
      long offset = 0;
      while (offset < BATCHES) {
        long durable = log.durableOffset();
        if (durable - offset <= lag && durable < BATCHES) {
          LockSupport.parkNanos(50_000);
          continue;
        }
        try (LogSlice slice = log.read(offset, 5000, durable).toCompletableFuture().join()) {
          ByteBuffer bytes = copy(slice);
          for (boolean found = batch.first(bytes); found; found = batch.next()) {
            assertThat(batch.baseOffset()).isEqualTo(offset);
            assertThat(batch.isCrcValid()).isTrue();
            offset = batch.nextOffset();
          }
          assertThat(batch.trailingBytes()).isZero();
        } catch (CompletionException e) {
          assertThat(e).hasCauseInstanceOf(OffsetOutOfRangeException.class);
          offset = Math.max(offset, log.startOffset());
        }
      }
      return null;
    };
  }

  private static ByteBuffer copy(LogSlice slice) throws java.io.IOException {
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    long moved = 0;
    while (moved < slice.sizeInBytes()) {
      moved += slice.transferTo(Channels.newChannel(copy), moved, slice.sizeInBytes() - moved);
    }
    return ByteBuffer.wrap(copy.toByteArray());
  }

  private static Callable<Void> deleter(Log log, AtomicBoolean finished) {
    return () -> {
      while (!finished.get()) {
        log.deleteBefore(Math.max(0, log.durableOffset() - 200)).toCompletableFuture().join();
      }
      return null;
    };
  }
}
