package io.millrace.server.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAccumulator;

/**
 * A client at work while others misbehave: one exchange after the other, on one connection, from
 * the moment when this is made. It must notice nothing of the others.
 */
public final class Bystander implements AutoCloseable {
  /** Far more than an exchange takes on a machine that has much else to do. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** What the client does. */
  public interface Work extends AutoCloseable {
    /** Does it once. Whatever goes wrong, a connection that had to be made again too, is thrown. */
    void once() throws Exception;

    @Override
    void close() throws IOException;
  }

  private final Work work;
  private final Thread thread;
  private final AtomicLong exchanges = new AtomicLong();
  private final AtomicReference<Throwable> noticed = new AtomicReference<>();
  private volatile boolean over;
  private final LongAccumulator slowestNs = new LongAccumulator(Math::max, 0);

  /** Does its work once, and from then on again and again. */
  public Bystander(Work work) throws Exception {
    this.work = work;
    work.once();
    thread = new Thread(this::run, "bystander");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    while (!over) {
      long startNs = System.nanoTime();
      try {
        work.once();
      } catch (Throwable e) {
        noticed.compareAndSet(null, e);
        return;
      }
      slowestNs.accumulate(System.nanoTime() - startNs);
      exchanges.incrementAndGet();
    }
  }

  /** It is served now: a whole exchange begins and ends. */
  public void isServed() {
    long before = exchanges.get();
    await().atMost(PATIENCE).until(() -> noticed.get() != null || exchanges.get() >= before + 2);
    assertThat(noticed.get()).as("what another client noticed").isNull();
  }

  /** It was served all the time and is now; then it stops. Once is enough. */
  public void noticedNothing() {
    if (!over) {
      isServed();
      stop();
      assertThat(noticed.get()).as("what another client noticed").isNull();
      assertThat(Duration.ofNanos(slowestNs.get())).as("the slowest exchange").isLessThan(PATIENCE);
    }
  }

  private void stop() {
    over = true;
    await().atMost(PATIENCE).until(() -> !thread.isAlive());
  }

  /** Its last word: {@link #noticedNothing}. */
  @Override
  public void close() throws IOException {
    try {
      noticedNothing();
    } finally {
      stop();
      work.close();
    }
  }
}
