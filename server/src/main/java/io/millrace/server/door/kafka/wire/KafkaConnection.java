package io.millrace.server.door.kafka.wire;

import io.millrace.kernel.Clock;
import io.millrace.kernel.Failures;
import io.millrace.kernel.Timers;
import io.millrace.server.net.Connection;
import io.millrace.server.net.ConnectionEvent;
import io.millrace.server.net.LoopTask;
import io.millrace.server.net.Refusals;
import io.millrace.server.quota.ClientQuotas;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractResponse;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one connection: starts them, and writes their responses in the same order. How
 * many wait or are in the works is bounded by the connection's {@link
 * io.millrace.server.net.FlowControl}. Everything but {@link #answered} happens on the channel's
 * event loop.
 *
 * <pre>
 *   OPEN --bytes that are no request--> REFUSED --all before them is answered--> CLOSED
 *   OPEN, REFUSED --the peer goes, or an answer cannot be written--> CLOSED
 * </pre>
 *
 * <p>While its {@link Throttle} is on, no request begins.
 */
public final class KafkaConnection extends ChannelInboundHandlerAdapter {
  /** Errors that only a client that does something else can avoid. */
  private static final Set<Errors> CLIENTS_FAULTS =
      EnumSet.of(
          Errors.CORRUPT_MESSAGE,
          Errors.INVALID_CONFIG,
          Errors.INVALID_GROUP_ID,
          Errors.INVALID_PARTITIONS,
          Errors.INVALID_RECORD,
          Errors.INVALID_REQUEST,
          Errors.INVALID_REQUIRED_ACKS,
          Errors.INVALID_TOPIC_EXCEPTION,
          Errors.MESSAGE_TOO_LARGE,
          Errors.POLICY_VIOLATION);

  /** What the client may not do. */
  private static final Set<Errors> DENIALS =
      EnumSet.of(
          Errors.CLUSTER_AUTHORIZATION_FAILED,
          Errors.GROUP_AUTHORIZATION_FAILED,
          Errors.TOPIC_AUTHORIZATION_FAILED,
          Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);

  /** Faults of who produces or fetches; others may well ask what there is. */
  private static final Set<Errors> NO_SUCH_TOPIC =
      EnumSet.of(Errors.UNKNOWN_TOPIC_OR_PARTITION, Errors.UNKNOWN_TOPIC_ID);

  private static final Set<ApiKeys> USE_TOPICS =
      EnumSet.of(ApiKeys.PRODUCE, ApiKeys.FETCH, ApiKeys.SHARE_FETCH);

  private final Connection connection;
  private final Refusals refusals;
  private final RequestParser parser;
  private final KafkaMetrics metrics;
  private final Clock clock;
  private final ConnectionAccess access;
  private final ConnectionState state = new ConnectionState();
  private final Throttle throttle;

  /** Frames that may not start yet. */
  private final Deque<ByteBuffer> waiting = new ArrayDeque<>();

  /** Started, in order; the first is the next to be written. */
  private final Deque<Exchange> started = new ArrayDeque<>();

  private final LoopTask writing = new LoopTask(this::writeWhatIsAnswered);
  private @Nullable ChannelHandlerContext context;
  private boolean reading;
  private boolean starting;

  /** What comes is dropped; what came before is answered, and then the channel is closed. */
  private boolean refused;

  private boolean closed;
  private Timers.@Nullable Timer lastMoment;

  /** Closes a connection that does not log in. */
  private Timers.@Nullable Timer loginDeadline;

  /** A message of a login without headers waits for its answer. */
  private boolean rawTokenPending;

  /** A connection whose client may do everything. */
  public KafkaConnection(
      Connection connection,
      ApiTable apis,
      KafkaMetrics metrics,
      Clock clock,
      ClientQuotas quotas) {
    this(connection, apis, metrics, clock, quotas, ConnectionAccess.open());
  }

  public KafkaConnection(
      Connection connection,
      ApiTable apis,
      KafkaMetrics metrics,
      Clock clock,
      ClientQuotas quotas,
      ConnectionAccess access) {
    this.throttle = new Throttle(connection, quotas, clock, this::mayBeginAgain);
    this.connection = connection;
    this.access = access;
    this.refusals = new Refusals(clock);
    this.parser = new RequestParser(apis);
    this.metrics = metrics;
    this.clock = clock;
  }

  Connection connection() {
    return connection;
  }

  ConnectionState state() {
    return state;
  }

  Throttle throttle() {
    return throttle;
  }

  /** How far the client has come in. */
  ConnectionAccess access() {
    return access;
  }

  /**
   * Closes the connection when it has not logged in by then.
   *
   * @param onLogin told when it has
   */
  public void awaitLogin(long deadlineMs, Runnable onLogin) {
    Timers.Timer deadline =
        connection
            .timers()
            .after(
                deadlineMs,
                () -> {
                  if (access.isWaiting() && !closed) {
                    connection.refuse("it has not logged in within " + deadlineMs + " ms");
                  }
                });
    loginDeadline = deadline;
    access.onLogin(
        () -> {
          deadline.cancel();
          onLogin.run();
        });
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  // ---- requests

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuffer frame = (ByteBuffer) msg;
    if (refused || closed) {
      connection.flow().requestEnded(frame.remaining());
      return;
    }
    reading = true;
    waiting.add(frame);
    advance(ctx);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    reading = false;
    ctx.flush();
    ctx.fireChannelReadComplete();
  }

  /** Writes what is answered and starts what may start, until neither is possible. */
  private void advance(ChannelHandlerContext ctx) {
    if (starting) {
      return; // a handler has answered at once; the loop below goes on
    }
    starting = true;
    try {
      do {
        writeAnswered(ctx);
      } while (startNext());
    } finally {
      starting = false;
    }
    Exchange holdsUp = started.peek();
    if (holdsUp != null && (refused || !waiting.isEmpty())) {
      holdsUp.hurry();
    }
    if (refused && !closed && started.isEmpty() && waiting.isEmpty()) {
      closed = true;
      var unused =
          ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  private boolean startNext() {
    ByteBuffer frame = waiting.peek();
    if (closed || frame == null || throttle.isOn() || !parser.mayStart(frame, started.peekLast())) {
      return false;
    }
    if (access.isGuarded() && !passes(frame)) {
      return false;
    }
    waiting.remove();
    int frameBytes = frame.remaining();
    Exchange exchange;
    try {
      exchange = parser.parse(frame, this, clock.nanoTime());
    } catch (RefusedRequestException e) {
      metrics.malformed();
      connection.flow().requestEnded(frameBytes);
      refuseFrom(String.valueOf(e.getMessage()));
      return false;
    }
    started.add(exchange);
    metrics.received(exchange.api().key(), frameBytes);
    throttle.work(exchange::start);
    return true;
  }

  private void mayBeginAgain() {
    ChannelHandlerContext ctx = context;
    if (ctx != null && !closed) {
      advance(ctx);
      ctx.flush();
    }
  }

  /** Whether a frame may be carried out as a request; if not, it is seen to. */
  private boolean passes(ByteBuffer frame) {
    ConnectionAccess.RawTokens tokens = access.rawTokens();
    if (tokens != null) {
      if (started.isEmpty() && !rawTokenPending) {
        waiting.remove();
        rawTokenPending = true;
        int frameBytes = frame.remaining();
        tokens.take(frame, answer -> rawAnswered(frameBytes, answer));
      }
      return false;
    }
    String why =
        frame.remaining() < Short.BYTES || !ApiKeys.hasId(frame.getShort(frame.position()))
            ? null // which is refused in any case
            : access.refusalOf(ApiKeys.forId(frame.getShort(frame.position())), clock.nanoTime());
    if (why == null) {
      return true;
    }
    refuseFrom(why);
    return false;
  }

  private void rawAnswered(int frameBytes, byte @Nullable [] answer) {
    ChannelHandlerContext ctx = context;
    rawTokenPending = false;
    connection.flow().requestEnded(frameBytes);
    if (closed || ctx == null) {
      return;
    }
    if (answer == null) {
      closed = true;
      waiting.clear();
      connection.refuseUnlogged();
      return;
    }
    var unused =
        ctx.writeAndFlush(
            ctx.alloc()
                .buffer(Integer.BYTES + answer.length)
                .writeInt(answer.length)
                .writeBytes(answer));
    writing.schedule(ctx.executor());
  }

  /** Nothing that comes is served any more; the connection closes behind the last answer. */
  void closeBehindAnswers() {
    if (!refused && !closed) {
      refused = true;
      waiting.forEach(dropped -> connection.flow().requestEnded(dropped.remaining()));
      waiting.clear();
      lastMoment =
          connection.timers().after(connection.config().firstBytesMs(), this::closeUnanswered);
    }
  }

  /**
   * Bytes have come that are no frame. What came before them is carried out and answered; then, or
   * when that takes too long, the connection is closed.
   */
  public void refuse(String why) {
    ChannelHandlerContext ctx = context;
    if (ctx != null && noteRefusal(why)) {
      advance(ctx);
    }
  }

  /** The same for a frame that is no request: those behind it are dropped. */
  private void refuseFrom(String why) {
    noteRefusal(why);
    waiting.forEach(dropped -> connection.flow().requestEnded(dropped.remaining()));
    waiting.clear();
  }

  private boolean noteRefusal(String why) {
    if (refused || closed) {
      return false;
    }
    refused = true;
    connection.noteRefusal(why);
    lastMoment =
        connection.timers().after(connection.config().firstBytesMs(), this::closeUnanswered);
    return true;
  }

  private void closeUnanswered() {
    var unused = connection.channel().close();
  }

  /** An answer cannot be written, and so none behind it. */
  private void abort(String why) {
    closed = true;
    waiting.clear();
    connection.refuse(why);
  }

  // ---- responses

  /** Notes what an exchange is answered with. Any thread. */
  void count(Exchange exchange, AbstractResponse answer, Map<Errors, Integer> errors) {
    ApiKeys key = exchange.api().key();
    metrics.answeredWith(key, errors);
    for (Errors error : errors.keySet()) {
      if (CLIENTS_FAULTS.contains(error)
          || DENIALS.contains(error)
          || (NO_SUCH_TOPIC.contains(error) && USE_TOPICS.contains(key))) {
        refusals.add(
            connection + " (client id " + exchange.clientId() + ")",
            key.name,
            error,
            Reasons.of(answer, error));
      }
    }
  }

  /** Closes the connection of an exchange that is not answered. Any thread. */
  void closeInstead(Exchange exchange, AbstractResponse answer, String why) {
    Map<Errors, Integer> errors = answer.errorCounts();
    metrics.answeredWith(exchange.api().key(), errors);
    String reasons =
        errors.keySet().stream()
            .filter(error -> error != Errors.NONE)
            .limit(1)
            .map(error -> ": " + error + ": " + Reasons.of(answer, error))
            .collect(Collectors.joining());
    connection.refuse(why + reasons);
  }

  /** Says that an exchange has its answer. Any thread. */
  void answered() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      throw new IllegalStateException("an answer before the first request");
    }
    if (ctx.executor().inEventLoop()) {
      advance(ctx);
      if (!reading && !starting) {
        ctx.flush();
      }
    } else {
      writing.schedule(ctx.executor());
    }
  }

  private void writeWhatIsAnswered() {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      advance(ctx);
      ctx.flush();
    }
  }

  private void writeAnswered(ChannelHandlerContext ctx) {
    Exchange next = started.peek();
    while (next != null && next.isAnswered()) {
      started.remove();
      write(ctx, next);
      next = started.peek();
    }
  }

  private void write(ChannelHandlerContext ctx, Exchange exchange) {
    long throttleMs = throttle.charge(exchange);
    AbstractResponse response = exchange.response();
    if (response == null) {
      done(exchange);
      return;
    }
    if (throttleMs > 0) {
      response.maybeSetThrottleTimeMs((int) throttleMs);
    }
    List<Object> pieces;
    try {
      pieces =
          ResponseEncoder.encode(
              ctx.alloc(),
              exchange.header().toResponseHeader(),
              response.data(),
              parser.responseVersion(exchange));
    } catch (RuntimeException e) {
      Failures.report("encoding the response to " + exchange.header(), e);
      abort("its request could not be answered");
      done(exchange);
      return;
    }
    ChannelFuture last = null;
    for (Object piece : pieces) {
      last = ctx.write(piece);
    }
    if (last != null) {
      last.addListener(written -> done(exchange));
    }
  }

  private void done(Exchange exchange) {
    metrics.answered(exchange.api().key(), clock.nanoTime() - exchange.startNs());
    connection.flow().requestEnded(exchange.frameBytes());
  }

  // ---- the end

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ConnectionEvent.SHUTDOWN) {
      List.copyOf(started).forEach(Exchange::hurry);
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closed = true;
    waiting.clear();
    Timers.Timer pending = lastMoment;
    if (pending != null) {
      pending.cancel();
    }
    Timers.Timer login = loginDeadline;
    if (login != null) {
      login.cancel();
    }
    for (Exchange exchange : List.copyOf(started)) {
      exchange.connectionClosed();
    }
    throttle.close();
    state.close();
    ctx.fireChannelInactive();
  }
}
