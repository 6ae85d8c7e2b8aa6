package io.millrace.jms.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Frames are a length, the number of the thread that added them, and their number there. */
@Timeout(60)
class FrameWriterTest {
  private static final int HEADER_BYTES = 12;

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final CountDownLatch mayGoOn = new CountDownLatch(1);
  private ServerSocket listener;
  private DirectChannel channel;
  private Socket peer;
  private DataInputStream arriving;
  private FrameWriter writer;

  @BeforeEach
  void connect() throws IOException {
    listener = new ServerSocket();
    listener.setReceiveBufferSize(4096);
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    channel =
        (DirectChannel)
            new Bootstrap()
                .group(group)
                .channelFactory(DirectChannel::new)
                .option(ChannelOption.SO_SNDBUF, 4096)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(listener.getLocalSocketAddress())
                .syncUninterruptibly()
                .channel();
    peer = listener.accept();
    arriving = new DataInputStream(peer.getInputStream());
    writer = new FrameWriter(channel, frame(-1, 0, HEADER_BYTES));
  }

  @AfterEach
  void close() throws IOException {
    channel.close().syncUninterruptibly();
    peer.close();
    listener.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private void open() {
    channel.eventLoop().submit(writer::open).syncUninterruptibly();
  }

  private static ByteBuf frame(int thread, int number, int bytes) {
    return Unpooled.directBuffer(bytes)
        .writeInt(bytes)
        .writeInt(thread)
        .writeInt(number)
        .writeZero(bytes - HEADER_BYTES);
  }

  /** Reads a frame and returns the thread and the number. */
  private int[] next() throws IOException {
    int bytes = arriving.readInt();
    int[] which = {arriving.readInt(), arriving.readInt()};
    arriving.skipNBytes(bytes - HEADER_BYTES);
    return which;
  }

  private Future<?> blockTheIoThread() throws InterruptedException {
    CountDownLatch blocks = new CountDownLatch(1);
    Future<?> task =
        channel
            .eventLoop()
            .submit(
                () -> {
                  blocks.countDown();
                  mayGoOn.await();
                  return null;
                });
    blocks.await();
    return task;
  }

  @Test
  void nothingLeavesBeforeTheFirstFrame() throws IOException {
    writer.add(frame(0, 0, 20), true);
    open();

    assertThat(next()).containsExactly(-1, 0);
    assertThat(next()).containsExactly(0, 0);
  }

  @Test
  void keepsTheOrderOfEachThreadWhoeverWritesOnASocketThatIsOftenFull() throws Exception {
    int threads = 4;
    int each = 2000;
    open();
    ExecutorService adding = Executors.newFixedThreadPool(threads);
    List<Future<?>> all = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int thread = t;
      all.add(
          adding.submit(
              () -> {
                for (int i = 0; i < each; i++) {
                  // Now and then larger than what the socket takes at once.
                  int bytes = HEADER_BYTES + (i % 50 == 0 ? 40_000 : i % 7 * 100);
                  writer.add(frame(thread, i, bytes), (i + thread) % 3 != 0);
                }
                return null;
              }));
    }
    int[] expected = new int[threads];
    assertThat(next()).containsExactly(-1, 0);
    for (int i = 0; i < threads * each; i++) {
      int[] which = next();
      assertThat(which[1]).isEqualTo(expected[which[0]]++);
    }
    for (Future<?> one : all) {
      one.get();
    }
    adding.shutdown();
    assertThat(channel.isFlushed()).isTrue();
  }

  @Test
  void writesOnTheCallersThreadWhenItIsAlone() throws Exception {
    open();
    next();
    Future<?> blocked = blockTheIoThread();
    writer.add(frame(0, 0, 20), true);

    assertThat(next()).containsExactly(0, 0);
    assertThat(blocked.isDone()).isFalse();
    mayGoOn.countDown();
  }

  @Test
  void comesBehindWhatTheSocketHasNotTakenYet() throws Exception {
    int bytes = 1 << 20;
    open();
    next();
    writer.add(frame(0, 0, bytes), false);
    channel.eventLoop().submit(() -> {}).syncUninterruptibly();
    assertThat(channel.isFlushed()).isFalse();
    Future<?> blocked = blockTheIoThread();
    // Makes room in the socket.
    int taken = arriving.available();
    arriving.skipNBytes(taken);
    writer.add(frame(0, 1, 20), true);
    mayGoOn.countDown();
    blocked.get();

    arriving.skipNBytes(bytes - taken);
    assertThat(next()).containsExactly(0, 1);
  }

  @Test
  void anInterruptedCallerDoesNotCloseTheSocket() throws IOException {
    open();
    Thread.currentThread().interrupt();
    writer.add(frame(0, 0, 20), true);
    writer.add(frame(0, 1, 20), false);

    assertThat(Thread.interrupted()).isTrue();
    next();
    assertThat(next()).containsExactly(0, 0);
    assertThat(next()).containsExactly(0, 1);
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void letsGoOfFramesBehindTheEnd() {
    open();
    channel.close().syncUninterruptibly();
    ByteBuf alone = frame(0, 0, 20);
    ByteBuf among = frame(0, 1, 20);
    writer.add(alone, true);
    writer.add(among, false);
    channel.eventLoop().submit(() -> {}).syncUninterruptibly();

    assertThat(alone.refCnt()).isZero();
    assertThat(among.refCnt()).isZero();
  }
}
