package io.millrace.it.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
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
 * The server is killed at random moments under mixed load, and sometimes once more while it
 * recovers from that. {@code -Dmillrace.kills=N} says how often, {@code -Dmillrace.seed=S} when.
 */
class KillCampaignTest {
  private static final int KILLS = Integer.getInteger("millrace.kills", 100);
  private static final long SEED = Long.getLong("millrace.seed", System.nanoTime());
  private static final int PROGRESS = 5;
  private static final int LONGEST_LIFE_MS = 1_500;

  /**
   * One life in so many lasts as long as a start does: on a slow machine clients would else come
   * back for minutes to a server that is about to go.
   */
  private static final int LONG_LIFE_EVERY = 5;

  /** One kill in so many is followed by another while the server starts and recovers. */
  private static final int STARTS_OF_A_KILL = 4;

  private static final int SHORTEST_START_MS = 50;
  private static final int LONGEST_START_MS = 1_500;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  // Held, or it is collected and its level with it.
  private static final java.util.logging.Logger JMS_CLIENT =
      java.util.logging.Logger.getLogger("io.millrace.jms");

  @TempDir private Path directory;

  /** The Kafka clients say for each second of a server's absence that it is absent. */
  @BeforeAll
  static void silence() {
    ((Logger) LoggerFactory.getLogger("org.apache.kafka")).setLevel(Level.OFF);
    JMS_CLIENT.setLevel(java.util.logging.Level.WARNING);
  }

  @Test
  void nothingIsLostRepeatedReorderedOrSeenTooEarly() throws Exception {
    System.out.printf("kill campaign: %d kills, seed %d%n", KILLS, SEED);
    Random random = new Random(SEED);
    int startsKilled = 0;
    int startsKilledReady = 0;
    History history = new History();
    History published = new History();
    try (ServerProcess server = ServerProcess.start(directory)) {
      int startMs = 0;
      Load load = new Load(history, published, server.port());
      try {
        load.start(SEED);
        for (int kill = 1; kill <= KILLS && nothingWrong(history, published); kill++) {
          int lifeMs = 1 + random.nextInt(LONGEST_LIFE_MS);
          if (kill % LONG_LIFE_EVERY == 0) {
            lifeMs = Math.max(LONGEST_LIFE_MS, startMs);
          }
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(lifeMs));
          server.kill();
          if (random.nextInt(STARTS_OF_A_KILL) == 0) {
            startsKilled++;
            if (server.startAgainAndKill(randomStart(random))) {
              startsKilledReady++;
            }
          }
          long began = System.nanoTime();
          server.startAgain();
          startMs = (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
          load.restarted();
          if (kill % PROGRESS == 0) {
            System.out.printf(
                "kill campaign: %d of %d kills, seed %d; queues: %s; topic: %s%n",
                kill, KILLS, SEED, history, published);
          }
        }
        load.stopSending();
        await()
            .atMost(PATIENCE)
            .failFast("a violation", () -> !nothingWrong(history, published))
            .pollInterval(Duration.ofMillis(500))
            .untilAsserted(
                () -> {
                  assertThat(history.missing()).isEmpty();
                  assertThat(published.missing()).isEmpty();
                  assertThat(load.isGroupAtEnd()).as("the group is at the end").isTrue();
                });
        load.check();
        assertThat(load.joins()).as("times that the group joined").isGreaterThan(KILLS / 5);
      } catch (ConditionTimeoutException | TerminalFailureException e) {
        // The violations say more.
        if (nothingWrong(history, published)) {
          throw e;
        }
      } finally {
        load.stop();
      }
    }
    System.out.printf(
        "kill campaign: queues: %s; topic: %s; %d starts killed, %d of them ready%n",
        history, published, startsKilled, startsKilledReady);
    assertThat(history.violations()).as("seed %d, %d kills", SEED, KILLS).isEmpty();
    assertThat(published.violations()).as("seed %d, %d kills", SEED, KILLS).isEmpty();
    assertThat(history.confirmedCount()).isGreaterThan(10 * KILLS);
    assertThat(published.confirmedCount()).isGreaterThan(KILLS);
  }

  private static Duration randomStart(Random random) {
    return Duration.ofMillis(
        SHORTEST_START_MS + random.nextInt(LONGEST_START_MS - SHORTEST_START_MS + 1));
  }

  private static boolean nothingWrong(History history, History published) {
    return history.violations().isEmpty() && published.violations().isEmpty();
  }
}
