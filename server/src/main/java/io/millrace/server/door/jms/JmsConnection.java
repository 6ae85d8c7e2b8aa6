package io.millrace.server.door.jms;

import io.millrace.jms.wire.Answer;
import io.millrace.jms.wire.ClientFrame;
import io.millrace.jms.wire.Deliver;
import io.millrace.jms.wire.Done;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Failed;
import io.millrace.jms.wire.FrameDecoder;
import io.millrace.jms.wire.Hello;
import io.millrace.jms.wire.ServerFrame;
import io.millrace.jms.wire.WireException;
import io.millrace.kernel.Timers;
import io.millrace.server.catalog.Topic;
import io.millrace.server.net.Connection;
import io.millrace.server.shard.Reply;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One socket of a JMS client: frames in, frames out, signs of life. Requests run on its event loop,
 * guarded by the client; answers and deliveries come from any thread.
 *
 * <pre>
 *   GREETING (nothing but HELLO) ──► OPEN ──► CLOSED
 * </pre>
 */
final class JmsConnection extends ChannelInboundHandlerAdapter {
  private static final int SILENT_BEATS = 3;
  private static final long LINGER_MS = 1_000;

  private final Connection connection;
  private final DoorContext context;
  private final Outbox outbox;
  private final Requests requests;
  private final Map<Integer, Topic> destinations = new HashMap<>();
  private int lastDestination;
  private int version;
  private long lastHeardNs;
  private boolean refused;
  private volatile @Nullable JmsClient client;
  private Timers.@Nullable Timer heartbeat;

  JmsConnection(Connection connection, DoorContext context) {
    this.connection = connection;
    this.context = context;
    this.outbox =
        new Outbox(
            connection.channel(),
            context.config().outboundBytes(),
            this::onRoom,
            connection.flow()::requestEnded);
    this.requests = new Requests(this, context);
  }

  void onVersion(int negotiated) {
    version = negotiated;
  }

  int version() {
    return version;
  }

  // ---- the socket

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    lastHeardNs = context.clock().nanoTime();
    listenLater();
  }

  private void listenLater() {
    heartbeat = connection.timers().after(context.config().heartbeatMs(), this::listen);
  }

  private void listen() {
    long silentMs = TimeUnit.NANOSECONDS.toMillis(context.clock().nanoTime() - lastHeardNs);
    if (silentMs > (long) SILENT_BEATS * context.config().heartbeatMs()
        && !connection.flow().isPaused()) {
      close();
      return;
    }
    listenLater();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    lastHeardNs = context.clock().nanoTime();
    ByteBuffer bytes = (ByteBuffer) msg;
    int size = bytes.remaining();
    boolean counts = false;
    if (!refused) {
      try {
        counts = take(FrameDecoder.decodeFromClient(bytes), size);
      } catch (WireException e) {
        refuse(ErrorCode.PROTOCOL, WireErrors.messageOf(e));
      }
    }
    if (!counts) {
      connection.flow().requestEnded(size);
    }
  }

  /** Returns whether the request counts as one in the works until it is answered. */
  private boolean take(ClientFrame frame, int size) throws WireException {
    JmsClient known = client;
    if (known != null) {
      synchronized (known) {
        return requests.handle(known, frame, size);
      }
    }
    if (!(frame instanceof Hello hello)) {
      throw new WireException("the first frame is " + frame.type() + " and not HELLO");
    }
    requests.hello(hello);
    return false;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      outbox.drain();
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    Timers.Timer beats = heartbeat;
    if (beats != null) {
      beats.cancel();
    }
    JmsClient broken = client;
    if (broken != null && broken.disconnected(this)) {
      long graceMs = context.config().graceMs();
      if (ctx.channel().eventLoop().isShuttingDown()) {
        return;
      }
      connection.timers().after(graceMs, broken::endIfBroken);
    }
    ctx.fireChannelInactive();
  }

  /** Says why and closes the connection. Event loop only. */
  void refuse(ErrorCode code, String why) {
    refused = true;
    outbox.add(new Failed(0, code, why));
    outbox.finish();
    connection.refuse(why);
  }

  /** Writes what waits, then closes. Any thread. */
  void finish() {
    connection.channel().eventLoop().execute(outbox::finish);
  }

  /** The client closes the socket when it has its last answer; if it does not, this does. */
  void finishLater() {
    connection
        .channel()
        .eventLoop()
        .execute(() -> connection.timers().after(LINGER_MS, outbox::finish));
  }

  /** Closes the socket. Any thread. */
  void close() {
    var unused = connection.channel().close();
  }

  void bind(JmsClient to) {
    client = to;
  }

  // ---- out

  /** Any thread. */
  void send(ServerFrame frame) {
    outbox.add(frame);
  }

  /** Sends messages; when the client does not take them its consumers are stopped. Any thread. */
  void deliver(Deliver frame) {
    if (!outbox.add(frame)) {
      JmsClient slow = client;
      if (slow != null) {
        connection.channel().eventLoop().execute(() -> flow(slow, false));
      }
    }
  }

  private void onRoom() {
    JmsClient quick = client;
    if (quick != null) {
      flow(quick, true);
    }
  }

  private void flow(JmsClient of, boolean flows) {
    if (!flows && !outbox.isFull()) {
      return;
    }
    synchronized (of) {
      for (JmsConsumer consumer : of.consumers().values()) {
        if (consumer.isOf(this)) {
          consumer.setFlowing(flows);
          if (flows) {
            consumer.wake();
          }
        }
      }
    }
  }

  /** Answers a request, unless it asked for no answer. Any thread. */
  void answer(Answer answer, int counted) {
    if (answer.requestId() != 0) {
      outbox.add(answer, counted);
    } else if (counted > 0) {
      connection.channel().eventLoop().execute(() -> connection.flow().requestEnded(counted));
    }
  }

  void fail(int requestId, Throwable error, int counted) {
    context.metrics().failed();
    answer(WireErrors.failed(requestId, error), counted);
  }

  /** Answers DONE. */
  Reply<Void> done(int requestId) {
    return done(requestId, 0);
  }

  Reply<Void> done(int requestId, int counted) {
    return new Reply<>() {
      @Override
      public void ok(Void response) {
        answer(new Done(requestId), counted);
      }

      @Override
      public void fail(RuntimeException error) {
        JmsConnection.this.fail(requestId, error, counted);
      }
    };
  }

  // ---- destinations of this socket; guarded by the client

  int addDestination(Topic topic) {
    destinations.put(++lastDestination, topic);
    return lastDestination;
  }

  Topic destination(int id) {
    Topic topic = destinations.get(id);
    if (topic == null) {
      throw new RefusedException(ErrorCode.PROTOCOL, "there is no destination number " + id);
    }
    return topic;
  }

  /** Which producers are the client's own. */
  Set<Long> localProducers() {
    JmsClient own = client;
    return own == null ? Set.of() : own.producerIds();
  }
}
