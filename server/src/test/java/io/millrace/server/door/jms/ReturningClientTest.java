package io.millrace.server.door.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.jms.wire.Commit;
import io.millrace.jms.wire.Consume;
import io.millrace.jms.wire.ConsumerMode;
import io.millrace.jms.wire.Deliver;
import io.millrace.jms.wire.DestinationKind;
import io.millrace.jms.wire.Done;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Failed;
import io.millrace.jms.wire.OffsetRange;
import io.millrace.jms.wire.OpenSession;
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
import io.millrace.server.net.EmbeddedListener;
import io.millrace.server.net.NetConfig;
import io.millrace.server.testing.SteppedServer;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A client comes back at the moment at which the server has given it up. */
class ReturningClientTest {
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
    EmbeddedJms socket = connect();
    Welcome welcome = (Welcome) socket.greet();
    List<ServerFrame> heard = consume(socket, List.of());
    assertThat(heard).hasAtLeastOneElementOfType(Deliver.class);
    socket.send(
        new Commit(
            5, 1, 1, 0, 0, List.of(new TransactedAck(1, new OffsetRange(0, 0, 0))), List.of()));
    socket.socket().hangUp();
    // The commit is still under way when the time for coming back is over.
    server
        .agents()
        .clock()
        .advanceToNs(server.agents().clock().nanoTime() + 2 * GRACE_MS * 1_000_000);
    listener.runTimers();

    EmbeddedJms again = connect();
    ServerFrame answer = again.greet(welcome.connectionKey());
    assertThat(answer)
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    server.settle();
    again = connect();
    assertThat(again.greet(welcome.connectionKey())).isInstanceOf(Welcome.class);
    consume(again, List.of(new OffsetRange(0, 0, 0)));
    server.produce(queue.partition(0), "second");
    again.socket().work();

    assertThat(again.frames()).hasAtLeastOneElementOfType(Deliver.class);
  }

  @Test
  void whatIsUnderWayOnItsOldSocketIsNotHeardAnyMore() throws Exception {
    server.createTopic(TopicSpec.queue("q"));
    EmbeddedJms old = connect();
    Welcome welcome = (Welcome) old.greet();
    old.send(new OpenSession(2, 1));
    EmbeddedJms fresh = connect();
    fresh.greet(welcome.connectionKey());
    fresh.send(new Resolve(3, DestinationKind.QUEUE, "q", true, false));
    server.settle();
    fresh.send(new Send(0, 1, 0, 1, 7, 0, ByteBuffer.wrap(new byte[1]), server.batch("m")));

    old.send(new Rollback(4, 1, 7));

    fresh.send(new Commit(5, 1, 7, 1, 0, List.of(), List.of()));
    server.settle();
    fresh.socket().work();
    assertThat(fresh.frames()).endsWith(new Done(5));
  }

  private EmbeddedJms connect() {
    return new EmbeddedJms(listener.connect());
  }

  private List<ServerFrame> consume(EmbeddedJms socket, List<OffsetRange> held)
      throws WireException {
    socket.send(new OpenSession(2, 1));
    socket.send(new Resolve(3, DestinationKind.QUEUE, "q", true, false));
    server.settle();
    socket.send(
        new Consume(4, 1, 1, 1, ConsumerMode.QUEUE, null, null, false, 10, held, List.of()));
    server.settle();
    socket.socket().work();
    return socket.frames();
  }
}
