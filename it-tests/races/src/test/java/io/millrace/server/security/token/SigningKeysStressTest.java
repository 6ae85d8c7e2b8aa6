package io.millrace.server.security.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.kernel.VirtualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.keys.EllipticCurves;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@link SigningKeys}: while the agent reads keys, logins come that wait for them. Each is told,
 * once, and sees keys.
 */
@Timeout(120)
final class SigningKeysStressTest {
  private static final int THREADS = 3;
  private static final int LOGINS = 20_000;

  @TempDir Path directory;

  @Test
  void whoWaitsForKeysIsToldOnce() throws Exception {
    JsonWebKeySet set = new JsonWebKeySet(EcJwkGenerator.generateJwk(EllipticCurves.P256));
    Path file = directory.resolve("keys.json");
    Files.writeString(file, set.toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY));
    VirtualClock clock = new VirtualClock(0);
    SigningKeys keys =
        new SigningKeys(
            new KeySource(file.toString(), clock),
            60_000,
            clock,
            new TokenMetrics(new SimpleMeterRegistry()));
    keys.begin();
    AtomicInteger accepted = new AtomicInteger();
    AtomicInteger told = new AtomicInteger();
    AtomicInteger without = new AtomicInteger();
    Runnable again =
        () -> {
          told.incrementAndGet();
          if (keys.keys().isEmpty()) {
            without.incrementAndGet();
          }
        };
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Thread thread =
          new Thread(
              () -> {
                for (int login = 0; login < LOGINS; login++) {
                  if (keys.awaitRefresh(again)) {
                    accepted.incrementAndGet();
                  }
                }
              });
      threads.add(thread);
      thread.start();
    }
    while (threads.stream().anyMatch(Thread::isAlive)) {
      clock.advanceToNs(clock.nanoTime() + SigningKeys.MIN_PAUSE_NS);
      keys.doWork();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    clock.advanceToNs(clock.nanoTime() + SigningKeys.MIN_PAUSE_NS);
    keys.doWork();

    assertThat(accepted.get()).isPositive();
    assertThat(told.get()).isEqualTo(accepted.get());
    assertThat(without.get()).isZero();
    clock.advanceToNs(clock.nanoTime() + SigningKeys.MIN_PAUSE_NS);
    assertThat(keys.doWork()).as("nobody waits any more").isZero();
  }
}
