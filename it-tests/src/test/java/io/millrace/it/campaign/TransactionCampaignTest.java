package io.millrace.it.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.millrace.it.support.CuttingProxy;
import io.millrace.it.support.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Kafka transactions while the server is killed, stopped for a while, or loses its connections, at
 * random. {@code -Dmillrace.faults=N} says how often, {@code -Dmillrace.seed=S} when.
 */
class TransactionCampaignTest {
  private static final int FAULTS = Integer.getInteger("millrace.faults", 12);
  private static final long SEED = Long.getLong("millrace.seed", System.nanoTime());
  private static final int PROGRESS = 5;
  private static final int SHORTEST_LIFE_MS = 500;
  private static final int LONGEST_LIFE_MS = 3_000;
  private static final int LONGEST_PAUSE_MS = 3_000;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir private Path directory;

  /** The Kafka clients say for each second of a server's absence that it is absent. */
  @BeforeAll
  static void silence() {
    ((Logger) LoggerFactory.getLogger("org.apache.kafka"))
        .setLevel(Level.toLevel(System.getProperty("millrace.client-log", "OFF")));
  }

  @Test
  void transactionsAreWholeSeenOnceInOrderAndOnlyWhenCommitted() throws Exception {
    System.out.printf("transaction campaign: %d faults, seed %d%n", FAULTS, SEED);
    Random random = new Random(SEED);
    TransactionHistory written = new TransactionHistory();
    TransactionHistory copied = new TransactionHistory();
    try (CuttingProxy proxy = new CuttingProxy();
        ServerProcess server =
            ServerProcess.start(
                directory,
                "network.advertised-host=127.0.0.1",
                "network.advertised-port=" + proxy.port())) {
      proxy.leadTo(server.port());
      TransactionLoad load = new TransactionLoad(written, copied, proxy.port());
      try {
        load.start(SEED);
        for (int fault = 1; fault <= FAULTS && nothingWrong(written, copied); fault++) {
          sleep(SHORTEST_LIFE_MS + random.nextInt(LONGEST_LIFE_MS - SHORTEST_LIFE_MS));
          inject(random, server, proxy);
          if (fault % PROGRESS == 0) {
            System.out.printf(
                "transaction campaign: %d of %d faults, seed %d; written: %s; copied: %s%n",
                fault, FAULTS, SEED, written, copied);
          }
        }
        sleep(LONGEST_LIFE_MS);
        load.stopWriting();
        await()
            .atMost(PATIENCE)
            .failFast("a violation", () -> !nothingWrong(written, copied))
            .pollInterval(Duration.ofSeconds(1))
            .untilAsserted(
                () -> {
                  assertThat(load.isCopied()).as("all is copied").isTrue();
                  assertThat(load.isNothingOpen()).as("nothing is open").isTrue();
                });
        load.check();
      } catch (ConditionTimeoutException | TerminalFailureException e) {
        // The violations say more.
        if (nothingWrong(written, copied)) {
          throw e;
        }
      } finally {
        load.stop();
      }
    }
    System.out.printf("transaction campaign: written: %s; copied: %s%n", written, copied);
    assertThat(written.violations()).as("seed %d, %d faults", SEED, FAULTS).isEmpty();
    assertThat(copied.violations()).as("seed %d, %d faults", SEED, FAULTS).isEmpty();
    assertThat(written.committedCount()).isGreaterThan(5L * FAULTS);
    assertThat(copied.committedCount()).isGreaterThan(FAULTS);
  }

  private static void inject(Random random, ServerProcess server, CuttingProxy proxy)
      throws Exception {
    switch (random.nextInt(4)) {
      case 0 -> proxy.cut();
      case 1 -> {
        server.pause();
        sleep(1 + random.nextInt(LONGEST_PAUSE_MS));
        server.goOn();
      }
      default -> {
        server.kill();
        server.startAgain();
      }
    }
  }

  private static void sleep(int ms) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ms));
  }

  private static boolean nothingWrong(TransactionHistory written, TransactionHistory copied) {
    return written.violations().isEmpty() && copied.violations().isEmpty();
  }
}
