package io.millrace.jms.transport;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.guarded;
import static io.millrace.races.Steps.together;

import io.millrace.jms.config.ServerAddress;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * {@link Sockets}: who connects at the same time shares a socket, and nobody is left without. With
 * threads of the machine: the model checker takes a wait with a time limit for one without end.
 */
class SocketsStressTest {
  private static final ServerAddress SERVER = new ServerAddress("localhost", 1);

  private static final long TIMEOUT_MS = 60_000;
  private static final int ROUNDS = 2_000;

  @Test
  void connectionsThatOpenTogetherShareASocket() {
    repeat(SocketsStressTest::openTogether);
  }

  @Test
  void anOpeningThatFailsDoesNotStopTheNextOne() {
    repeat(SocketsStressTest::failed);
  }

  @Test
  void anOpeningThatWasGivenUpIsTakenOver() {
    repeat(SocketsStressTest::givenUp);
  }

  @Test
  void whoConnectsWhileTheLastConnectionClosesHasAnOpenSocket() {
    repeat(SocketsStressTest::closing);
  }

  private static void repeat(Runnable round) {
    for (int i = 0; i < ROUNDS; i++) {
      round.run();
    }
  }

  private static void openTogether() {
    Sockets sockets = new Sockets();
    AtomicInteger opened = new AtomicInteger();
    Sockets.Opener opener =
        () -> {
          opened.incrementAndGet();
          return new FakeSocket(2).socket();
        };
    AtomicReference<@Nullable SharedSocket> one = new AtomicReference<>();
    AtomicReference<@Nullable SharedSocket> other = new AtomicReference<>();
    together(
        () -> one.set(sockets.get(SERVER, TIMEOUT_MS, opener)),
        () -> other.set(sockets.get(SERVER, TIMEOUT_MS, opener)));
    check(one.get() != null && one.get() == other.get(), "both have the same socket");
    check(opened.get() == 1, "opened once, not " + opened.get() + " times");
  }

  /** The first attempt fails, and with it who waits for it. */
  private static void failed() {
    Sockets sockets = new Sockets();
    AtomicInteger attempts = new AtomicInteger();
    AtomicInteger unreachable = new AtomicInteger();
    Sockets.Opener opener =
        () -> {
          if (attempts.incrementAndGet() == 1) {
            throw new IOException("unreachable");
          }
          return new FakeSocket(2).socket();
        };
    Runnable connect =
        () ->
            guarded(
                () -> {
                  try {
                    check(
                        sockets.get(SERVER, TIMEOUT_MS, opener).hasRoom(),
                        "a socket has room for who gets it");
                  } catch (IOException e) {
                    unreachable.incrementAndGet();
                  }
                });
    together(() -> connect.run(), () -> connect.run());
    check(unreachable.get() >= 1, "the failure is told");
    int before = unreachable.get();
    connect.run();
    check(unreachable.get() == before, "the next one is not told of it");
    check(attempts.get() == 2, "opened once after the failure");
  }

  /** As by an interrupt, which is the business of the interrupted thread only. */
  private static void givenUp() {
    Sockets sockets = new Sockets();
    AtomicInteger attempts = new AtomicInteger();
    AtomicInteger interrupted = new AtomicInteger();
    AtomicInteger connected = new AtomicInteger();
    Sockets.Opener opener =
        () -> {
          if (attempts.incrementAndGet() == 1) {
            throw new InterruptedException();
          }
          return new FakeSocket(2).socket();
        };
    Runnable connect =
        () ->
            guarded(
                () -> {
                  try {
                    sockets.get(SERVER, TIMEOUT_MS, opener);
                    connected.incrementAndGet();
                  } catch (InterruptedException e) {
                    interrupted.incrementAndGet();
                  }
                });
    together(() -> connect.run(), () -> connect.run());
    check(interrupted.get() == 1 && connected.get() == 1, "one is interrupted, the other connects");
  }

  private static void closing() {
    Sockets sockets = new Sockets();
    ConversationsStressTest.Ends ends = new ConversationsStressTest.Ends();
    FakeSocket first = new FakeSocket(2);
    FakeSocket second = new FakeSocket(2);
    Transport last = Objects.requireNonNull(connect(sockets, first, ends));
    together(
        () -> {
          ConversationsStressTest.close(last);
          first.io();
          if (!first.isOpen()) {
            sockets.forget(SERVER, first.socket());
          }
        },
        () -> {
          Transport begun = connect(sockets, second, ends);
          if (begun == null) {
            // The first has closed in between; nobody closes the second.
            begun = connect(sockets, second, ends);
          }
          check(begun != null, "there is a socket with room");
        });
    FakeSocket open = first.isOpen() ? first : second;
    check(open.isOpen(), "the new connection's socket is open");
    guarded(
        () ->
            check(
                sockets.get(SERVER, TIMEOUT_MS, () -> new FakeSocket(2).socket()) == open.socket(),
                "and known"));
  }

  private static @Nullable Transport connect(
      Sockets sockets, FakeSocket fresh, TransportListener listener) {
    AtomicReference<@Nullable Transport> begun = new AtomicReference<>();
    guarded(() -> begun.set(sockets.get(SERVER, TIMEOUT_MS, () -> fresh.socket()).begin(listener)));
    return begun.get();
  }
}
