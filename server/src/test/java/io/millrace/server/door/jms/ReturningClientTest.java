package io.millrace.server.door.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.jms.wire.ClientFrame;
import io.millrace.jms.wire.Commit;
import io.millrace.jms.wire.Consume;
import io.millrace.jms.wire.ConsumerMode;
import io.millrace.jms.wire.Deliver;
import io.millrace.jms.wire.DestinationKind;
import io.millrace.jms.wire.Done;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Failed;
import io.millrace.jms.wire.FrameDecoder;
import io.millrace.jms.wire.FrameEncoder;
import io.millrace.jms.wire.Hello;
import io.millrace.jms.wire.OffsetRange;
import io.millrace.jms.wire.OpenSession;
import io.millrace.jms.wire.Preamble;
import io.millrace.jms.wire.Resolve;
import io.millrace.jms.wire.Rollback;
import io.millrace.jms.wire.Send;
import io.millrace.jms.wire.ServerFrame;
import io.millrace.jms.wire.TransactedAck;
import io.millrace.jms.wire.Welcome;
import io.millrace.jms.wire.WireException;
import io.millrace.kernel.Randomness;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.net.EmbeddedConnection;
import io.millrace.server.net.EmbeddedListener;
import io.millrace.server.net.NetConfig;
import io.millrace.server.testing.SteppedServer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A client comes back at the moment at which the server has given it up. */
class ReturningClientTest {
  private static final UUID NEW = new UUID(0, 0);
  private static final long GRACE_MS = 500;

  private final SteppedServer server = new SteppedServer(1);
  private final EmbeddedListener listener = listener();

  private EmbeddedListener listener() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    JmsDoor door =
        new JmsDoor(
            server.broker(),
            JmsDoorConfig.DEFAULT.withGraceMs(GRACE_MS),
            meters,
            server.agents().clock(),
            Randomness.seeded(1));
    return new EmbeddedListener(NetConfig.DEFAULT, List.of(door), meters, server.agents());
  }

  @Test
  void itsConsumerOutlivesTheEndOfTheOneBefore() throws Exception {
    Topic queue = server.createTopic(TopicSpec.queue("q"));
    server.produce(queue.partition(0), "first");
    EmbeddedConnection socket = listener.connect();
    Welcome welcome = (Welcome) greet(socket, NEW);
    List<ServerFrame> heard = consume(socket, List.of());
    assertThat(heard).hasAtLeastOneElementOfType(Deliver.class);
    send(
        socket,
        new Commit(
            5, 1, 1, 0, 0, List.of(new TransactedAck(1, new OffsetRange(0, 0, 0))), List.of()));
    socket.hangUp();
    // The commit is still under way when the time for coming back is over.
    server
        .agents()
        .clock()
        .advanceToNs(server.agents().clock().nanoTime() + 2 * GRACE_MS * 1_000_000);
    listener.runTimers();

    EmbeddedConnection again = listener.connect();
    ServerFrame answer = greet(again, welcome.connectionKey());
    assertThat(answer)
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    server.settle();
    again = listener.connect();
    assertThat(greet(again, welcome.connectionKey())).isInstanceOf(Welcome.class);
    consume(again, List.of(new OffsetRange(0, 0, 0)));
    server.produce(queue.partition(0), "second");
    again.work();

    assertThat(frames(again)).hasAtLeastOneElementOfType(Deliver.class);
  }

  @Test
  void whatIsUnderWayOnItsOldSocketIsNotHeardAnyMore() throws Exception {
    server.createTopic(TopicSpec.queue("q"));
    EmbeddedConnection old = listener.connect();
    Welcome welcome = (Welcome) greet(old, NEW);
    send(old, new OpenSession(2, 1));
    EmbeddedConnection fresh = listener.connect();
    greet(fresh, welcome.connectionKey());
    send(fresh, new Resolve(3, DestinationKind.QUEUE, "q", true, false));
    server.settle();
    send(fresh, new Send(0, 1, 0, 1, 7, 0, ByteBuffer.wrap(new byte[1]), server.batch("m")));

    send(old, new Rollback(4, 1, 7));

    send(fresh, new Commit(5, 1, 7, 1, 0, List.of(), List.of()));
    server.settle();
    fresh.work();
    assertThat(frames(fresh)).endsWith(new Done(5));
  }

  private ServerFrame greet(EmbeddedConnection socket, UUID key) throws WireException {
    ByteBuffer preamble = ByteBuffer.allocate(Preamble.BYTES);
    Preamble.CURRENT.writeTo(preamble);
    socket.arrive(preamble.array());
    send(socket, new Hello(1, "test", "1", null, null, null, key));
    return frames(socket).get(0);
  }

  private List<ServerFrame> consume(EmbeddedConnection socket, List<OffsetRange> held)
      throws WireException {
    send(socket, new OpenSession(2, 1));
    send(socket, new Resolve(3, DestinationKind.QUEUE, "q", true, false));
    server.settle();
    send(
        socket,
        new Consume(4, 1, 1, 1, ConsumerMode.QUEUE, null, null, false, 10, held, List.of()));
    server.settle();
    socket.work();
    return frames(socket);
  }

  private static void send(EmbeddedConnection socket, ClientFrame frame) {
    socket.arrive(FrameEncoder.encode(1, frame).array());
    socket.work();
  }

  private static List<ServerFrame> frames(EmbeddedConnection socket) throws WireException {
    ByteBuffer bytes = ByteBuffer.wrap(socket.takeReceived());
    List<ServerFrame> frames = new ArrayList<>();
    while (bytes.hasRemaining()) {
      int length = bytes.getInt();
      ByteBuffer frame = bytes.slice(bytes.position(), length);
      bytes.position(bytes.position() + length);
      FrameDecoder.readConversation(frame);
      frames.add(FrameDecoder.decodeFromServer(frame));
    }
    return frames;
  }
}
