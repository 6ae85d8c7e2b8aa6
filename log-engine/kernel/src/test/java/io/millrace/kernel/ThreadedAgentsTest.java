package io.millrace.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ThreadedAgentsTest {

  @Test
  void neverLosesASignalBetweenManySendersAndAParkingAgent() throws Exception {
    try (ThreadedAgents agents = new ThreadedAgents(Clock.SYSTEM)) {
      AtomicInteger received = new AtomicInteger();
      Mailbox mailbox = new Mailbox();
      Agents.Handle handle =
          agents.start(
              new Agent() {
                @Override
                public String name() {
                  return "receiver";
                }

                @Override
                public int doWork() {
                  return mailbox.drain(name(), 3);
                }
              });
      Thread[] senders = new Thread[3];
      for (int i = 0; i < senders.length; i++) {
        senders[i] =
            new Thread(
                () -> {
                  for (int n = 0; n < 20_000; n++) {
                    mailbox.put(received::incrementAndGet);
                    handle.signal();
                  }
                });
        senders[i].start();
      }
      for (Thread sender : senders) {
        sender.join();
      }
      await().untilAtomic(received, org.hamcrest.Matchers.equalTo(60_000));
    }
  }

  @Test
  void anAgentThatFailsGoesOnAndTheFailureIsCounted() {
    long before = Failures.count();
    AtomicInteger steps = new AtomicInteger();
    AtomicBoolean closed = new AtomicBoolean();
    try (ThreadedAgents agents = new ThreadedAgents(Clock.SYSTEM)) {
      agents.start(
          new Agent() {
            @Override
            public String name() {
              return "failing";
            }

            @Override
            public int doWork() {
              if (steps.incrementAndGet() <= 2) {
                throw new IllegalStateException("as the test wants");
              }
              return 0;
            }

            @Override
            public void onClose() {
              closed.set(true);
            }
          });
      await().until(() -> steps.get() > 2);
    }
    assertThat(Failures.count() - before).isEqualTo(2);
    assertThat(closed).isTrue();
  }
}
