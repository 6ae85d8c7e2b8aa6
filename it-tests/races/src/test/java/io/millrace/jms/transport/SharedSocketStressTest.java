package io.millrace.jms.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.jms.wire.Credit;
import io.millrace.jms.wire.Frame;
import io.millrace.jms.wire.FrameEncoder;
import io.millrace.jms.wire.Ping;
import io.millrace.jms.wire.Preamble;
import io.millrace.jms.wire.ServerFrame;
import io.millrace.races.Loopback;
import io.millrace.races.Steps;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What leaves on a {@link SharedSocket}, with threads of the machine and a channel of Netty's. */
class SharedSocketStressTest {
  private static final int CONVERSATIONS = 2;
  private static final int FRAMES = 50_000;

  /** Frames that end with their number: requests, which are open from then on, and others. */
  static Stream<IntFunction<Frame>> frames() {
    return Stream.of(Ping::new, number -> new Credit(0, number));
  }

  @ParameterizedTest
  @MethodSource("frames")
  void everyFrameLeavesInItsConversationsOrder(IntFunction<Frame> frame) throws Exception {
    // given
    try (Loopback loopback = loopback(CONVERSATIONS, frame)) {
      SharedSocket socket = open(loopback);
      Transport first = begin(socket);
      Transport second = begin(socket);

      // when
      Steps.together(() -> writeAll(first, 0, frame), () -> writeAll(second, 1, frame));

      // then
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> loopback.received() == CONVERSATIONS * FRAMES);
      assertThat(loopback.outOfOrder()).isZero();
    }
  }

  /** Each frame is written in the moment in which the one before leaves. */
  @Test
  void aFrameThatComesAtTheEndOfADrainLeaves() throws Exception {
    // given
    try (Loopback loopback = loopback(1, Ping::new)) {
      SharedSocket socket = open(loopback);
      Transport only = begin(socket);
      long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);

      // when
      for (int i = 0; i < FRAMES && System.nanoTime() - endNs < 0; i++) {
        long before = only.lastWriteNanos();
        only.write(new Ping(i));
        while (only.lastWriteNanos() == before && System.nanoTime() - endNs < 0) {
          Thread.onSpinWait();
        }
      }

      // then
      await().atMost(Duration.ofSeconds(10)).until(() -> loopback.received() == FRAMES);
    }
  }

  private static Loopback loopback(int threads, IntFunction<Frame> frame)
      throws InterruptedException {
    return new Loopback(
        DirectChannel::new,
        new ChannelInboundHandlerAdapter(),
        threads,
        FRAMES,
        Preamble.BYTES,
        FrameEncoder.sizeOf(frame.apply(0)));
  }

  private static SharedSocket open(Loopback loopback) throws InterruptedException {
    SharedSocket socket = new SharedSocket(loopback.near(), CONVERSATIONS);
    loopback.near().eventLoop().submit(socket::onOpen).sync();
    return socket;
  }

  private static Transport begin(SharedSocket socket) {
    return Objects.requireNonNull(socket.begin(new Nobody()));
  }

  private static void writeAll(Transport transport, int thread, IntFunction<Frame> frame) {
    for (int i = 0; i < FRAMES; i++) {
      transport.write(frame.apply(thread * FRAMES + i), true);
    }
  }

  private static final class Nobody implements TransportListener {
    @Override
    public void onFrame(ServerFrame frame) {}

    @Override
    public void onClosed(Throwable cause) {}
  }
}
