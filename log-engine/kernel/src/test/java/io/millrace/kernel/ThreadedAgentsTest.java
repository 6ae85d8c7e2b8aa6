package io.millrace.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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

  /** An agent that runs anywhere, counts without synchronisation, and tells where it ran. */
  private static final class Counting implements Agent {
    private final Mailbox mailbox = new Mailbox();
    private final Set<String> threads = ConcurrentHashMap.newKeySet();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger overlaps = new AtomicInteger();
    private final AtomicInteger published = new AtomicInteger();
    private int count;

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public boolean runsAnywhere() {
      return true;
    }

    @Override
    public int doWork() {
      if (inside.incrementAndGet() != 1) {
        overlaps.incrementAndGet();
      }
      int done = mailbox.drain(name(), 3);
      if (done > 0) {
        threads.add(Thread.currentThread().getName());
      }
      published.set(count);
      inside.decrementAndGet();
      return done;
    }

    void add() {
      mailbox.put(() -> count++);
    }
  }

  @Test
  void runsAnAgentOnOneThreadAtATimeWhoeverHelps() throws Exception {
    int each = 20_000;
    Counting agent = new Counting();
    List<ExecutorService> helpers = new ArrayList<>();
    try (ThreadedAgents agents = new ThreadedAgents(Clock.SYSTEM)) {
      Agents.Handle handle = agents.start(agent);
      for (int i = 0; i < 3; i++) {
        String name = "helper-" + i;
        ExecutorService helper = Executors.newSingleThreadExecutor(task -> new Thread(task, name));
        helpers.add(helper);
        helper.execute(() -> agents.helpFrom(helper));
        for (int n = 0; n < each; n++) {
          helper.execute(
              () -> {
                agent.add();
                handle.signal();
              });
        }
      }
      Thread stranger =
          new Thread(
              () -> {
                for (int n = 0; n < each; n++) {
                  agent.add();
                  handle.signal();
                }
              });
      stranger.start();
      stranger.join();
      await().untilAtomic(agent.published, org.hamcrest.Matchers.equalTo(4 * each));
    } finally {
      helpers.forEach(ExecutorService::shutdown);
    }
    assertThat(agent.overlaps).hasValue(0);
    assertThat(agent.threads).anyMatch(thread -> thread.startsWith("helper-"));
  }

  @Test
  void aHelpedAgentNeedsNotItsOwnThread() throws Exception {
    Counting agent = new Counting();
    ExecutorService helper = Executors.newSingleThreadExecutor(task -> new Thread(task, "helper"));
    try (ThreadedAgents agents = new ThreadedAgents(Clock.SYSTEM)) {
      Agents.Handle handle = agents.start(agent);
      await().until(() -> ((AgentRunner) handle).isResting());
      helper.submit(() -> agents.helpFrom(helper)).get();
      helper
          .submit(
              () -> {
                agent.add();
                handle.signal();
              })
          .get();
      await().untilAtomic(agent.published, org.hamcrest.Matchers.equalTo(1));
    } finally {
      helper.shutdown();
    }
    assertThat(agent.threads).containsExactly("helper");
  }

  @Test
  void aTimerSetWhileHelpingIsKeptByTheOwnThread() throws Exception {
    Mailbox mailbox = new Mailbox();
    TimingWheel wheel = new TimingWheel(Clock.SYSTEM);
    AtomicReference<String> firedOn = new AtomicReference<>("");
    Agent agent =
        new Agent() {
          @Override
          public String name() {
            return "timed";
          }

          @Override
          public boolean runsAnywhere() {
            return true;
          }

          @Override
          public int doWork() {
            return mailbox.drain(name(), 10) + wheel.advance(10);
          }

          @Override
          public long nextDeadlineNs() {
            return wheel.nextDeadlineNs();
          }
        };
    ExecutorService helper = Executors.newSingleThreadExecutor(task -> new Thread(task, "helper"));
    try (ThreadedAgents agents = new ThreadedAgents(Clock.SYSTEM)) {
      Agents.Handle handle = agents.start(agent);
      await().until(() -> ((AgentRunner) handle).isResting());
      helper.submit(() -> agents.helpFrom(helper)).get();
      Runnable fire = () -> firedOn.set(Thread.currentThread().getName());
      helper
          .submit(
              () -> {
                mailbox.put(() -> wheel.after(20, fire));
                handle.signal();
              })
          .get();
      await().untilAtomic(firedOn, org.hamcrest.Matchers.equalTo("timed"));
    } finally {
      helper.shutdown();
    }
  }

  @Test
  void closesBehindAHelperThatIsAtWork() throws Exception {
    Counting agent = new Counting();
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    ExecutorService helper = Executors.newSingleThreadExecutor(task -> new Thread(task, "helper"));
    AtomicBoolean left = new AtomicBoolean();
    AtomicBoolean closedBehind = new AtomicBoolean();
    try (ThreadedAgents agents = new ThreadedAgents(Clock.SYSTEM)) {
      Agents.Handle handle =
          agents.start(
              new Agent() {
                @Override
                public String name() {
                  return "slow";
                }

                @Override
                public boolean runsAnywhere() {
                  return true;
                }

                @Override
                public int doWork() {
                  return agent.doWork();
                }

                @Override
                public void onClose() {
                  closedBehind.set(left.get());
                }
              });
      await().until(() -> ((AgentRunner) handle).isResting());
      helper.submit(() -> agents.helpFrom(helper)).get();
      helper
          .submit(
              () -> {
                agent.mailbox.put(
                    () -> {
                      entered.countDown();
                      awaitQuietly(leave);
                      left.set(true);
                    });
                handle.signal();
              })
          .get();
      entered.await();
      Thread closer = new Thread(handle::close);
      closer.start();
      leave.countDown();
      closer.join();
      assertThat(closedBehind).isTrue();
    } finally {
      helper.shutdown();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
