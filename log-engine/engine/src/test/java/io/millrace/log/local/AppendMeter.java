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
import io.millrace.log.StoreException;
import io.millrace.log.contract.Batches;
import io.millrace.log.file.DiskFileSystem;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/**
 * A rough measure of appending, run by hand: {@code AppendMeter DIRECTORY LOGS BATCH-BYTES
 * IN-FLIGHT COUNT [DIRECT-BYTES]}. Prints throughput, latency from append to durable, and processor
 * time.
 */
public final class AppendMeter {
  private AppendMeter() {}

  /** Releases permits as batches of one record become durable, and notes when. */
  private static final class Meter implements LogListener {
    private final Semaphore permits;
    private final long[] startNs;
    private final long[] latencyNs;
    private int done;

    Meter(int inFlight, int count) {
      this.permits = new Semaphore(inFlight);
      this.startNs = new long[count];
      this.latencyNs = new long[count];
    }

    @Override
    public void onDurable(long durableOffset) {
      long now = System.nanoTime();
      int before = done;
      while (done < durableOffset && done < startNs.length) {
        latencyNs[done] = now - startNs[done];
        done++;
      }
      permits.release(done - before);
    }

    @Override
    public void onFailed(StoreException cause) {
      throw cause;
    }
  }

  public static void main(String[] args) throws Exception {
    int logs = Integer.parseInt(args[1]);
    int bytes = Integer.parseInt(args[2]);
    int inFlight = Integer.parseInt(args[3]);
    int count = Integer.parseInt(args[4]);
    LocalStoreConfig config = LocalStoreConfig.DEFAULT;
    if (args.length > 5) {
      config = config.withDirectBytes(Integer.parseInt(args[5]));
    }
    try (ThreadedAgents agents = new ThreadedAgents(Clock.SYSTEM);
        LocalStore store =
            new LocalStore(
                new DiskFileSystem(Path.of(args[0])),
                agents,
                config,
                Decompressor.NONE,
                Randomness.secure())) {
      measure(store, logs, bytes, inFlight, Math.max(1, count / 4), false);
      measure(store, logs, bytes, inFlight, count, true);
    }
  }

  private static void measure(
      LocalStore store, int logs, int bytes, int inFlight, int count, boolean print)
      throws IOException, InterruptedException {
    Meter[] meters = new Meter[logs];
    Thread[] threads = new Thread[logs];
    CountDownLatch done = new CountDownLatch(logs);
    byte[] template = new byte[Batches.sized(1, bytes).remaining()];
    Batches.sized(1, bytes).get(template);
    long commitsBefore = store.stats().commits();
    long cpuBefore = cpuNs();
    long start = System.nanoTime();
    for (int i = 0; i < logs; i++) {
      Meter meter = new Meter(inFlight, count);
      meters[i] = meter;
      LogId id = new LogId(UUID.randomUUID(), i);
      Log log =
          store
              .open(id, LogConfig.DEFAULT.withMaxBatchBytes(8 << 20), meter)
              .toCompletableFuture()
              .join();
      threads[i] =
          new Thread(
              () -> {
                for (int n = 0; n < count; n++) {
                  meter.permits.acquireUninterruptibly();
                  ByteBuffer batch = ByteBuffer.wrap(template.clone());
                  meter.startNs[n] = System.nanoTime();
                  log.append(batch, AppendOptions.CLIENT);
                }
                meter.permits.acquireUninterruptibly(inFlight);
                done.countDown();
              });
    }
    for (Thread thread : threads) {
      thread.start();
    }
    done.await();
    long ns = System.nanoTime() - start;
    if (!print) {
      return;
    }
    long total = (long) logs * count;
    long[] all = new long[(int) total];
    for (int i = 0; i < logs; i++) {
      System.arraycopy(meters[i].latencyNs, 0, all, i * count, count);
    }
    Arrays.sort(all);
    System.out.printf(
        "%d logs, %d bytes, %d in flight: %.0f batches/s, %.1f MB/s, p50 %.0f us, p99 %.0f us,"
            + " max %.0f us, %.1f batches/commit, %.2f cpus, direct %d, stalls %d, checkpoints"
            + " %d%n",
        logs,
        bytes,
        inFlight,
        total * 1e9 / ns,
        total * (double) template.length * 1e3 / ns,
        all[all.length / 2] / 1e3,
        all[(int) (all.length * 0.99)] / 1e3,
        all[all.length - 1] / 1e3,
        (double) total / (store.stats().commits() - commitsBefore),
        (double) (cpuNs() - cpuBefore) / ns,
        store.stats().directCommits(),
        store.stats().journalStalls(),
        store.stats().checkpoints());
  }

  private static long cpuNs() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
