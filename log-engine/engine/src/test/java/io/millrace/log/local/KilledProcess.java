package io.millrace.log.local;

import io.millrace.kernel.Clock;
import io.millrace.kernel.Randomness;
import io.millrace.kernel.ThreadedAgents;
import io.millrace.log.AppendOptions;
import io.millrace.log.Decompressor;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.LogListener;
import io.millrace.log.StoreBusyException;
import io.millrace.log.StoreException;
import io.millrace.log.contract.Batches;
import io.millrace.log.file.DiskFileSystem;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/**
 * Appends to a store until it is killed, and says on its output up to where each log is durable:
 * lines {@code LOG OFFSET}. Started by {@link ProcessKillTest}.
 */
public final class KilledProcess {
  static final int LOGS = 3;

  private KilledProcess() {}

  static LogId id(int number) {
    return new LogId(new UUID(6, 6), number);
  }

  static LogConfig config() {
    return LogConfig.DEFAULT.withSegmentBytes(100_000);
  }

  public static void main(String[] args) throws Exception {
    ThreadedAgents agents = new ThreadedAgents(Clock.SYSTEM);
    LocalStore store =
        new LocalStore(
            new DiskFileSystem(Path.of(args[0])),
            agents,
            LocalStoreConfig.small(),
            Decompressor.NONE,
            Randomness.secure());
    Semaphore mayAppend = new Semaphore(100);
    Log[] logs = new Log[LOGS];
    for (int i = 0; i < LOGS; i++) {
      int number = i;
      LogListener listener =
          new LogListener() {
            @Override
            public void onDurable(long durableOffset) {
              System.out.println(number + " " + durableOffset);
              mayAppend.release(100 - mayAppend.availablePermits());
            }

            @Override
            public void onFailed(StoreException cause) {
              throw cause;
            }
          };
      logs[i] = store.open(id(i), config(), listener).toCompletableFuture().join();
    }
    for (int n = 0; ; n++) {
      mayAppend.acquire();
      Log log = logs[n % LOGS];
      int size = n % 40 == 39 ? 10_000 : 20 + n % 300;
      try {
        log.append(Batches.sized((int) log.endOffset(), size), AppendOptions.CLIENT);
      } catch (StoreBusyException e) {
        // The disk is behind: the same again until it has caught up.
        n--;
        mayAppend.release();
        Thread.onSpinWait();
      }
    }
  }
}
