package io.millrace.server.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.kernel.Clock;
import io.millrace.kernel.ThreadedAgents;
import io.millrace.server.testing.Warnings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class NetListenerTest {
  private static final String LOG = "io.millrace.server.net";
  private static final int TIMEOUT_MS = 10_000;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ThreadedAgents agents = new ThreadedAgents(Clock.SYSTEM);
  private final BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
  private boolean holdAnswers;
  private @Nullable NetListener listener;

  @AfterEach
  void close() {
    if (listener != null) {
      listener.close();
    }
    agents.close();
  }

  @Test
  void handsEachConnectionToTheDoorThatClaimsItsFirstBytes() throws IOException {
    start(NetConfig.DEFAULT);

    try (Client first = new Client();
        Client second = new Client()) {
      first.send(frame("A", "one"));
      second.send(frame("B", "two"));

      assertThat(first.receive()).isEqualTo("a:Aone");
      assertThat(second.receive()).isEqualTo("b:Btwo");
    }
  }

  @Test
  void waitsForFirstBytesThatComeOneByOne() throws IOException {
    start(NetConfig.DEFAULT);

    try (Client client = new Client()) {
      for (byte b : frame("A", "slow")) {
        client.send(new byte[] {b});
      }

      assertThat(client.receive()).isEqualTo("a:Aslow");
    }
  }

  @Test
  void closesConnectionsWhoseFirstBytesNoDoorClaims() throws IOException {
    assertThat(warningAfter("MQTT???".getBytes(US_ASCII)))
        .contains("(no protocol yet): no protocol begins with 4d515454");
  }

  @Test
  void tellsWhoSpeaksHttpOrTlsThatThisIsTheWrongPort() throws IOException {
    assertThat(warningAfter("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII)))
        .contains("this is HTTP, which another port speaks (admin.port)");
    assertThat(warningAfter(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3}))
        .contains("this is TLS, which this port does not speak");
  }

  /** What the log says of a connection that begins so and is closed for it. */
  private String warningAfter(byte[] firstBytes) throws IOException {
    if (listener == null) {
      start(NetConfig.DEFAULT);
    }
    double before = refused();
    try (Warnings warnings = new Warnings(LOG);
        Client client = new Client()) {
      client.send(firstBytes);

      assertThat(client.isClosedByServer()).isTrue();
      assertThat(refused()).isEqualTo(before + 1);
      assertThat(warnings.lines()).hasSize(1);
      return warnings.lines().get(0);
    }
  }

  @Test
  void closesConnectionsThatSayNothing() throws IOException {
    start(NetConfig.DEFAULT.withTimes(0, 50));

    try (Warnings warnings = new Warnings(LOG);
        Client client = new Client()) {
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(warnings.lines())
          .singleElement()
          .asString()
          .contains("(no protocol yet): nothing that tells its protocol was received in time");
    }
    assertThat(refused()).isEqualTo(1);
  }

  @Test
  void closesIdleConnections() throws IOException {
    start(NetConfig.DEFAULT.withTimes(50, 30_000));

    try (Warnings news = Warnings.andNews(LOG);
        Client client = new Client()) {
      client.send(frame("A", "x"));
      client.receive();

      assertThat(client.isClosedByServer()).isTrue();
      assertThat(news.lines())
          .singleElement()
          .asString()
          .contains("closing connection ", " from /127.0.0.1:", ": idle for 50 ms");
    }
    assertThat(registry.get("millrace.connections.idle").counter().count()).isEqualTo(1);
    assertThat(refused()).isZero();
  }

  @Test
  void refusesFramesThatAreTooLargeBeforeTakingMemoryForThem() throws IOException {
    start(NetConfig.DEFAULT);

    try (Client client = new Client()) {
      client.send(frame("A", "x"));
      client.receive();
      client.send(ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).array());

      assertThat(client.isClosedByServer()).isTrue();
    }
    try (Client other = new Client()) {
      other.send(frame("A", "still there"));
      assertThat(other.receive()).isEqualTo("a:Astill there");
    }
  }

  @Test
  void refusesNegativeFrameSizes() throws IOException {
    start(NetConfig.DEFAULT);

    try (Client client = new Client()) {
      client.send(frame("A", "x"));
      client.receive();
      client.send(ByteBuffer.allocate(4).putInt(-1).array());

      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void carriesLargeFramesWhole() throws IOException {
    start(NetConfig.DEFAULT);
    String large = "x".repeat(5_000_001);

    try (Client client = new Client()) {
      client.send(frame("A", ""));
      client.receive();
      client.send(frame("A", large));

      assertThat(client.receive()).isEqualTo("a:A" + large);
    }
  }

  @Test
  void acceptsNoMoreConnectionsThanAllowedAndAcceptsAgainWhenOneIsGone() throws IOException {
    start(NetConfig.DEFAULT.withMaxConnections(1));

    Client first = new Client();
    first.send(frame("A", "1"));
    assertThat(first.receive()).isEqualTo("a:A1");
    try (Warnings warnings = new Warnings(LOG);
        Client second = new Client()) {
      assertThat(second.isClosedByServer()).isTrue();
      assertThat(warnings.lines())
          .singleElement()
          .asString()
          .contains("closing a connection from /127.0.0.1:", ": 1 are open already");
    }
    assertThat(registry.get("millrace.connections.over.limit").counter().count()).isEqualTo(1);
    first.send(frame("A", "2"));
    assertThat(first.receive()).as("who was there before").isEqualTo("a:A2");
    first.close();

    await().until(() -> registry.get("millrace.connections").gauge().value() == 0);
    try (Client third = new Client()) {
      third.send(frame("A", "3"));
      assertThat(third.receive()).isEqualTo("a:A3");
    }
  }

  @Test
  void readsNoFurtherWhileTooManyRequestsAreInTheWorks() throws Exception {
    holdAnswers = true;
    start(NetConfig.DEFAULT);
    int limit = NetConfig.DEFAULT.maxRequestsInFlight();

    try (Client client = new Client()) {
      for (int i = 0; i < limit + 10; i++) {
        client.send(frame("A", "r" + i));
      }
      await().until(() -> held.size() == limit);
      for (int i = 0; i < limit + 10; i++) {
        held.take().run();
        assertThat(client.receive()).isEqualTo("a:Ar" + i);
      }
    }
    await().until(() -> registry.get("millrace.requests.memory").gauge().value() == 0);
  }

  @Test
  void makesConnectionsWaitForEachOthersMemory() throws Exception {
    holdAnswers = true;
    start(withMemoryForAll(100));

    try (Client first = new Client();
        Client second = new Client()) {
      first.send(frame("A", "x".repeat(80)));
      await().until(() -> held.size() == 1);
      second.send(frame("A", "y".repeat(80)));
      await()
          .during(Duration.ofMillis(200))
          .until(() -> registry.get("millrace.requests.memory").gauge().value() == 81);
      assertThat(held).hasSize(1);

      held.take().run();
      assertThat(first.receive()).endsWith("xx");
      held.take().run();
      assertThat(second.receive()).endsWith("yy");
    }
  }

  @Test
  void closesThoseWhoseRequestsDoNotComeWhileOthersWaitForTheMemory() throws Exception {
    start(withMemoryForAll(100));

    try (Client slow = new Client();
        Client waiting = new Client()) {
      slow.send(Arrays.copyOf(frame("A", "x".repeat(80)), 20));
      await().until(() -> registry.get("millrace.requests.memory").gauge().value() == 81);
      waiting.send(frame("A", "y".repeat(80)));

      assertThat(waiting.receive()).endsWith("yy");
      assertThat(slow.isClosedByServer()).isTrue();
    }
    assertThat(refused()).isEqualTo(1);
  }

  @Test
  void leavesSlowRequestsAloneWhileThereIsMemory() throws Exception {
    start(withMemoryForAll(1_000));

    try (Client slow = new Client();
        Client other = new Client()) {
      byte[] frame = frame("A", "x".repeat(80));
      slow.send(Arrays.copyOf(frame, 20));
      for (int i = 0; i < 20; i++) {
        other.send(frame("A", "y".repeat(80)));
        assertThat(other.receive()).endsWith("yy");
        LockSupport.parkNanos(10_000_000);
      }
      slow.send(Arrays.copyOfRange(frame, 20, frame.length));
      assertThat(slow.receive()).endsWith("xx");
    }
    assertThat(refused()).isZero();
  }

  @Test
  void largeRequestsDoNotKeepOutSmallOnes() throws Exception {
    start(withMemoryForAll(8 << 20));

    try (Client large = new Client();
        Client small = new Client()) {
      large.send(frame("A", "first"));
      large.receive();
      large.send(Arrays.copyOf(frame("A", "x".repeat(3 << 20)), 20));
      await().until(() -> registry.get("millrace.requests.memory").gauge().value() > (3 << 20));
      byte[] each = frame("A", "y".repeat(1 << 20));
      for (int i = 0; i < 3; i++) {
        small.send(each);
        assertThat(small.receive()).endsWith("yy");
      }
    }
    assertThat(refused()).isZero();
  }

  @Test
  void takesARequestThatIsLargerThanAllMemoryWhenThereIsNoOther() throws Exception {
    start(withMemoryForAll(100));

    try (Client client = new Client()) {
      client.send(frame("A", "x".repeat(5000)));

      assertThat(client.receive()).endsWith("xx");
    }
  }

  private static NetConfig withMemoryForAll(long bytes) {
    NetConfig other = NetConfig.DEFAULT;
    return new NetConfig(
        other.host(),
        other.port(),
        other.ioThreads(),
        other.maxConnections(),
        other.maxFrameBytes(),
        other.maxFirstFrameBytes(),
        other.maxRequestsInFlight(),
        other.maxBytesInFlight(),
        bytes,
        other.writeHighWaterBytes(),
        other.idleMs(),
        other.firstBytesMs(),
        50,
        other.shutdownMs());
  }

  @Test
  void letsRequestsInTheWorksFinishWhenItCloses() throws Exception {
    holdAnswers = true;
    NetListener closing = start(NetConfig.DEFAULT);

    try (Client client = new Client()) {
      client.send(frame("A", "last"));
      await().until(() -> held.size() == 1);
      Thread closer = new Thread(closing::close);
      closer.start();
      await().until(() -> !canConnect());
      held.remove().run();

      assertThat(client.receive()).isEqualTo("a:Alast");
      assertThat(client.isClosedByServer()).isTrue();
      closer.join(TIMEOUT_MS);
      assertThat(closer.isAlive()).isFalse();
    }
  }

  @Test
  void saysWhichAddressCannotBeBound() throws IOException {
    NetListener first = start(NetConfig.DEFAULT);
    NetListener second =
        new NetListener(
            NetConfig.DEFAULT.withAddress("127.0.0.1", first.port()),
            TransportSecurity.NONE,
            List.of(new EchoDoor('A')),
            new SimpleMeterRegistry(),
            agents);

    assertThatThrownBy(second::start)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + first.port());
    second.close();
  }

  @Test
  void survivesRandomBytes() throws IOException {
    start(NetConfig.DEFAULT);
    long seed = 42;
    Random random = new Random(seed);

    for (int i = 0; i < 50; i++) {
      try (Client client = new Client()) {
        byte[] noise = new byte[random.nextInt(200) + 1];
        random.nextBytes(noise);
        client.send(noise);
      }
    }

    try (Client client = new Client()) {
      client.send(frame("B", "alive"));
      assertThat(client.receive()).as("seed %d", seed).isEqualTo("b:Balive");
    }
  }

  private boolean canConnect() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private double refused() {
    return registry.get("millrace.connections.refused").counter().count();
  }

  private int port() {
    NetListener running = listener;
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    return running.port();
  }

  private NetListener start(NetConfig config) throws IOException {
    NetListener started =
        new NetListener(
            config,
            TransportSecurity.NONE,
            List.of(new EchoDoor('A'), new EchoDoor('B')),
            registry,
            agents);
    started.start();
    listener = started;
    return started;
  }

  private static byte[] frame(String door, String text) {
    byte[] body = (door + text).getBytes(US_ASCII);
    return ByteBuffer.allocate(4 + body.length).putInt(body.length).put(body).array();
  }

  /** Answers every frame with its own text. Claims connections by the fifth byte. */
  private final class EchoDoor implements DoorProtocol {
    private final char letter;

    EchoDoor(char letter) {
      this.letter = letter;
    }

    @Override
    public String name() {
      return "echo-" + letter;
    }

    @Override
    public Claim claim(ByteBuf firstBytes) {
      if (firstBytes.readableBytes() < 5) {
        return Claim.NEED_MORE;
      }
      return firstBytes.getByte(firstBytes.readerIndex() + 4) == letter
          ? Claim.MINE
          : Claim.NOT_MINE;
    }

    @Override
    public void open(Connection connection) {
      connection.addHandler("frames", new FrameDecoder(connection));
      connection.addHandler(
          "echo",
          new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object msg) {
              ByteBuffer frame = (ByteBuffer) msg;
              Runnable answer = () -> answer(ctx, connection, frame);
              if (holdAnswers) {
                held.add(() -> ctx.executor().execute(answer));
              } else {
                answer.run();
              }
            }
          });
    }

    private void answer(ChannelHandlerContext ctx, Connection connection, ByteBuffer frame) {
      int size = frame.remaining();
      byte[] prefix = (Character.toLowerCase(letter) + ":").getBytes(US_ASCII);
      ByteBuf answer = Unpooled.buffer();
      answer.writeInt(prefix.length + size).writeBytes(prefix).writeBytes(frame);
      ctx.writeAndFlush(answer).addListener(done -> connection.flow().requestEnded(size));
    }
  }

  private final class Client implements AutoCloseable {
    private final Socket socket;
    private final DataOutputStream out;
    private final DataInputStream in;

    Client() throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port());
      socket.setSoTimeout(TIMEOUT_MS);
      socket.setTcpNoDelay(true);
      out = new DataOutputStream(socket.getOutputStream());
      in = new DataInputStream(socket.getInputStream());
    }

    void send(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }

    String receive() throws IOException {
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      return new String(bytes, US_ASCII);
    }

    boolean isClosedByServer() throws IOException {
      try {
        return in.read() < 0;
      } catch (java.net.SocketException reset) {
        return true;
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
