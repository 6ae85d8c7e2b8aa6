package io.millrace.jms.transport;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.together;

import io.millrace.jms.wire.FrameEncoder;
import io.millrace.jms.wire.Left;
import io.millrace.jms.wire.ServerFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * {@link SharedSocket}: it closes behind its last conversation and under none, and each
 * conversation hears of its end once. With threads of the machine.
 */
class ConversationsStressTest {
  private static final int ROUNDS = 3_000;

  @Test
  void aConversationThatBeginsWhileTheLastOneEndsHasAnOpenSocket() {
    repeat(ConversationsStressTest::begins);
  }

  @Test
  void aSocketClosesBehindItsLastConversation() {
    repeat(ConversationsStressTest::closes);
  }

  @Test
  void conversationsEndOnceWhenTheirSocketDoes() {
    repeat(ConversationsStressTest::socketEnds);
  }

  @Test
  void aConversationThatBothSidesEndCountsOnce() {
    repeat(ConversationsStressTest::both);
  }

  private static void repeat(Runnable round) {
    for (int i = 0; i < ROUNDS; i++) {
      round.run();
    }
  }

  /** Counts ends. */
  static final class Ends implements TransportListener {
    private final AtomicInteger heard = new AtomicInteger();

    @Override
    public void onFrame(ServerFrame frame) {}

    @Override
    public void onClosed(Throwable cause) {
      heard.incrementAndGet();
    }

    int heard() {
      return heard.get();
    }
  }

  private static Transport begin(FakeSocket fake, Ends ends) {
    return Objects.requireNonNull(fake.socket().begin(ends));
  }

  /** Ends a conversation as its connection does. */
  static void close(Transport conversation) {
    conversation.close(new IOException("done"));
  }

  private static void begins() {
    FakeSocket fake = new FakeSocket(2);
    Ends first = new Ends();
    Ends second = new Ends();
    Transport last = begin(fake, first);
    AtomicReference<@Nullable Transport> begun = new AtomicReference<>();
    together(() -> close(last), () -> begun.set(fake.socket().begin(second)));
    fake.io();
    check(first.heard() == 1, "the last one hears of its end");
    check(second.heard() == 0, "the new one goes on, if there is one");
    check(fake.isOpen() == (begun.get() != null), "open for the new one, and only for it");
    Transport next = begun.get();
    if (next != null) {
      close(next);
      check(!fake.isOpen(), "closed behind it");
    }
  }

  private static void closes() {
    FakeSocket fake = new FakeSocket(2);
    Ends first = new Ends();
    Ends second = new Ends();
    Transport one = begin(fake, first);
    Transport other = begin(fake, second);
    together(() -> close(one), () -> close(other), () -> close(one));
    fake.io();
    check(!fake.isOpen(), "closed");
    check(first.heard() == 1 && second.heard() == 1, "each hears of its end once");
  }

  private static void socketEnds() {
    FakeSocket fake = new FakeSocket(2);
    Ends first = new Ends();
    Ends second = new Ends();
    Transport one = begin(fake, first);
    AtomicReference<@Nullable Transport> begun = new AtomicReference<>();
    together(
        () -> {
          fake.close();
          fake.io();
        },
        () -> begun.set(fake.socket().begin(second)),
        () -> close(one));
    fake.io();
    check(first.heard() == 1, "hears of the end once");
    check(second.heard() == (begun.get() == null ? 0 : 1), "so does who has just begun");
  }

  private static void both() {
    FakeSocket fake = new FakeSocket(2);
    Ends first = new Ends();
    Ends second = new Ends();
    Transport one = begin(fake, first);
    Transport other = begin(fake, second);
    together(() -> fake.socket().onFrame(left(one)), () -> close(one));
    fake.io();
    check(first.heard() == 1, "hears of the end once");
    check(fake.isOpen() && second.heard() == 0, "the other one goes on");
    close(other);
    check(!fake.isOpen(), "closed behind the other one");
  }

  private static ByteBuffer left(Transport conversation) {
    Left frame = new Left();
    int size = FrameEncoder.sizeOf(frame);
    ByteBuffer bytes = ByteBuffer.allocate(size);
    FrameEncoder.write(conversation.number(), frame, size, bytes);
    return bytes.position(FrameEncoder.LENGTH_BYTES).limit(size).slice();
  }
}
