package io.millrace.server.door.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.jms.wire.Done;
import io.millrace.jms.wire.FrameEncoder;
import io.millrace.races.Loopback;
import io.millrace.races.Steps;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** {@link Outbox} with threads of the machine, which a model checker cannot step. */
class OutboxStressTest {
  private static final int THREADS = 2;
  private static final int FRAMES = 20_000;
  private static final int LIMIT_BYTES = 4_000;

  @Test
  void everyFrameLeavesInItsThreadsOrderAndRoomIsToldOf() throws Exception {
    // given
    AtomicInteger answered = new AtomicInteger();
    AtomicReference<Outbox> box = new AtomicReference<>();
    ChannelInboundHandlerAdapter writability =
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelWritabilityChanged(ChannelHandlerContext context) {
            Outbox own = box.get();
            if (own != null && context.channel().isWritable()) {
              own.drain();
            }
          }
        };
    try (Loopback socket =
        new Loopback(
            NioSocketChannel::new,
            writability,
            THREADS,
            FRAMES,
            0,
            FrameEncoder.sizeOf(new Done(0)))) {
      Outbox outbox = new Outbox(socket.near(), LIMIT_BYTES, () -> {}, answered::addAndGet);
      box.set(outbox);
      long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);

      // when
      Steps.together(() -> addAll(outbox, 0, endNs), () -> addAll(outbox, 1, endNs));

      // then
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> {
                assertThat(socket.received()).isEqualTo(THREADS * FRAMES);
                assertThat(answered).hasValue(THREADS * FRAMES);
                assertThat(outbox.isFull()).isFalse();
              });
      assertThat(socket.outOfOrder()).isZero();
    }
  }

  /** Each frame is added in the moment in which the one before leaves. */
  @Test
  void aFrameThatComesAtTheEndOfADrainLeaves() throws Exception {
    // given
    AtomicInteger answered = new AtomicInteger();
    ChannelInboundHandlerAdapter nothing = new ChannelInboundHandlerAdapter();
    int size = FrameEncoder.sizeOf(new Done(0));
    try (Loopback socket = new Loopback(NioSocketChannel::new, nothing, 1, FRAMES, 0, size)) {
      Outbox outbox = new Outbox(socket.near(), LIMIT_BYTES, () -> {}, answered::addAndGet);
      long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);

      // when
      int added = 0;
      while (added < FRAMES && System.nanoTime() - endNs < 0) {
        outbox.add(1, new Done(added++), 1);
        while (answered.get() < added && System.nanoTime() - endNs < 0) {
          Thread.onSpinWait();
        }
      }

      // then
      assertThat(answered).hasValue(FRAMES);
    }
  }

  private static void addAll(Outbox outbox, int thread, long endNs) {
    for (int i = 0; i < FRAMES; i++) {
      boolean room = outbox.add(thread + 1, new Done(thread * FRAMES + i), 1);
      while (!room && outbox.isFull() && System.nanoTime() - endNs < 0) {
        Thread.onSpinWait();
      }
    }
  }
}
