package io.millrace.server.door.jms;

import io.millrace.jms.wire.ClientFrame;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Failed;
import io.millrace.jms.wire.FrameDecoder;
import io.millrace.jms.wire.Hello;
import io.millrace.jms.wire.Leave;
import io.millrace.jms.wire.Left;
import io.millrace.jms.wire.WireException;
import io.millrace.kernel.Timers;
import io.millrace.server.net.Connection;
import io.millrace.server.net.FlowControl;
import io.millrace.server.net.Refusals;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One socket of a JMS client library: frames in, frames out, signs of life. It carries the
 * conversations of many JMS connections, so that what they ask at the same time costs one read and
 * one write. On its event loop, but where a method says otherwise.
 */
final class JmsSocket extends ChannelInboundHandlerAdapter {
  private static final int SILENT_BEATS = 3;

  /** What concerns the socket and none of its conversations is said in this one. */
  private static final int NO_CONVERSATION = 0;

  /** Who tries more passwords, and none that is right, opens another socket for it. */
  private static final int MAX_FAILED_LOGINS = 10;

  /**
   * Of a client whose connections all come at once; the others wait, so that one socket does not
   * take the time that all clients' passwords have.
   */
  private static final int MAX_LOGINS_AT_A_TIME = 8;

  /**
   * How long nothing is read from a client at a time that sends more than its quota, so that it
   * still hears from the server well before it takes the connection for broken.
   */
  private static final long MAX_THROTTLE_MS = 5_000;

  /** More than one client program has use for. */
  private static final int MAX_CONVERSATIONS = 10_000;

  private record WaitingLogin(JmsConnection of, int size, Runnable check) {}

  private final Connection connection;
  private final DoorContext context;
  private final Outbox outbox;
  private final Refusals refusals;
  private final Map<Integer, JmsConnection> conversations = new HashMap<>();
  private int newest;
  private int version;
  private long lastHeardNs;
  private boolean refused;
  private Timers.@Nullable Timer heartbeat;
  private Timers.@Nullable Timer loginDeadline;
  private Timers.@Nullable Timer throttle;
  private Runnable onLogin = () -> {};
  private final Deque<WaitingLogin> waitingLogins = new ArrayDeque<>();
  private int loginsUnderWay;
  private int failedLogins;

  JmsSocket(Connection connection, DoorContext context) {
    this.connection = connection;
    this.context = context;
    this.refusals = new Refusals(context.clock());
    this.outbox =
        new Outbox(
            connection.channel(),
            context.config().outboundBytes(),
            this::onRoom,
            connection.flow()::requestEnded);
  }

  void onVersion(int negotiated) {
    version = negotiated;
  }

  int version() {
    return version;
  }

  /** Any thread. */
  Outbox outbox() {
    return outbox;
  }

  /** Runs something on the event loop, unless the server ends and the loop has. Any thread. */
  void execute(Runnable task) {
    try {
      connection.channel().eventLoop().execute(task);
    } catch (RejectedExecutionException ended) {
      // No socket is open any more. Shards, which end behind the loops, must not fail for it.
    }
  }

  Timers timers() {
    return connection.timers();
  }

  /** A request that counted needs no answer. */
  void requestEnded(int bytes) {
    connection.flow().requestEnded(bytes);
  }

  /**
   * Reads nothing for a time, because a client has sent more than its quota.
   *
   * @return for how long, in milliseconds; 0 when it is not read from anyway
   */
  long throttle(long waitMs) {
    if (throttle != null) {
      return 0;
    }
    long boundedMs = Math.min(waitMs, Math.min(MAX_THROTTLE_MS, context.config().heartbeatMs()));
    connection.flow().pause(FlowControl.Reason.THROTTLED);
    throttle =
        connection
            .timers()
            .after(
                boundedMs,
                () -> {
                  throttle = null;
                  connection.flow().resume(FlowControl.Reason.THROTTLED);
                });
    return boundedMs;
  }

  /** Who the client has proved to be by a certificate; null for nobody. */
  @Nullable String certifiedName() {
    return connection.principal().orElse(null);
  }

  /** The client's address. */
  String host() {
    return connection.remoteHost();
  }

  /**
   * Closes the socket when nobody has logged in on it by then.
   *
   * @param first told when somebody has, for the first time
   */
  void awaitLogin(long deadlineMs, Runnable first) {
    onLogin = first;
    loginDeadline =
        connection
            .timers()
            .after(
                deadlineMs,
                () -> connection.refuse("nobody has logged in within " + deadlineMs + " ms"));
  }

  /** Somebody has come in. */
  void loggedIn() {
    Timers.Timer deadline = loginDeadline;
    if (deadline != null) {
      deadline.cancel();
      loginDeadline = null;
      onLogin.run();
    }
  }

  /**
   * Checks a login when it is its turn. It counts as a request in the works until {@link
   * #loginEnded}, so that a peer is not read from that has sent many.
   */
  void logIn(JmsConnection of, int size, Runnable check) {
    if (loginsUnderWay < MAX_LOGINS_AT_A_TIME) {
      loginsUnderWay++;
      check.run();
    } else {
      waitingLogins.add(new WaitingLogin(of, size, check));
    }
  }

  /** A login that was checked is answered, or nobody waits for its answer any more. */
  void loginEnded(int size) {
    connection.flow().requestEnded(size);
    WaitingLogin next = waitingLogins.poll();
    while (next != null && next.of.hasEnded()) {
      connection.flow().requestEnded(next.size);
      next = waitingLogins.poll();
    }
    if (next == null) {
      loginsUnderWay--;
    } else {
      next.check.run();
    }
  }

  void loginSucceeded() {
    failedLogins = 0;
  }

  /** Somebody could not log in. Those who are logged in on the socket do not suffer for it. */
  void loginFailed() {
    failedLogins++;
    if (failedLogins >= MAX_FAILED_LOGINS
        && !refused
        && conversations.values().stream().noneMatch(JmsConnection::isOpen)) {
      refused = true;
      outbox.finish();
      connection.refuse("there were " + failedLogins + " failed logins on it");
    }
  }

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
      connection.refuse("no whole frame was received for " + silentMs + " ms");
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
      int number = NO_CONVERSATION;
      try {
        number = FrameDecoder.readConversation(bytes);
        counts = take(number, FrameDecoder.decodeFromClient(bytes), size);
      } catch (WireException e) {
        refuse(number, WireErrors.messageOf(e));
      }
    }
    if (!counts) {
      connection.flow().requestEnded(size);
    }
  }

  /** Returns whether the request counts as one in the works until it is answered. */
  private boolean take(int number, ClientFrame frame, int size) throws WireException {
    JmsConnection conversation = conversations.get(number);
    if (frame instanceof Leave) {
      if (conversation != null) {
        conversations.remove(number);
        conversation.ended();
      }
      return false;
    }
    if (conversation != null) {
      return conversation.take(frame, size);
    }
    if (frame instanceof Hello hello) {
      return begin(number, hello, size);
    } else if (Integer.compareUnsigned(number, newest) > 0) {
      throw new WireException("the first frame is " + frame.type() + " and not HELLO");
    }
    // Otherwise it was under way when this side ended the conversation.
    return false;
  }

  private boolean begin(int number, Hello hello, int size) {
    newest = Integer.compareUnsigned(number, newest) > 0 ? number : newest;
    if (conversations.size() >= MAX_CONVERSATIONS) {
      outbox.add(
          number,
          new Failed(
              hello.requestId(),
              ErrorCode.LIMIT,
              "a socket carries at most "
                  + MAX_CONVERSATIONS
                  + " connections: open another socket"));
      outbox.add(number, new Left());
      return false;
    }
    JmsConnection conversation = new JmsConnection(number, this, context);
    conversations.put(number, conversation);
    return conversation.hello(hello, size);
  }

  /** Ends a conversation from this side, behind what was written in it. */
  void leave(JmsConnection conversation) {
    if (conversations.remove(conversation.number(), conversation)) {
      outbox.add(conversation.number(), new Left());
      conversation.ended();
    }
  }

  /** For people: the socket, and a conversation on it. Any thread. */
  String nameOf(int conversation) {
    return connection + " (conversation " + conversation + ")";
  }

  /** Notes that a request was refused by its sender's fault. Any thread. */
  void refused(JmsConnection conversation, Failed failed) {
    refusals.add(conversation, "request " + failed.requestId(), failed.code(), failed.message());
  }

  /** A frame is refused by its size, before its conversation is known. */
  void refuseFrame(String why) {
    if (!refused) {
      refuse(NO_CONVERSATION, why);
    }
  }

  /** Says what was wrong in a conversation and closes the socket. */
  private void refuse(int number, String why) {
    refused = true;
    outbox.add(number, new Failed(0, ErrorCode.PROTOCOL, why));
    outbox.finish();
    connection.refuse(why);
  }

  private void onRoom() {
    conversations.values().forEach(JmsConnection::onRoom);
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
    Timers.Timer deadline = loginDeadline;
    if (deadline != null) {
      deadline.cancel();
    }
    Timers.Timer waiting = throttle;
    if (waiting != null) {
      waiting.cancel();
    }
    List<JmsConnection> all = List.copyOf(conversations.values());
    conversations.clear();
    all.forEach(JmsConnection::ended);
    ctx.fireChannelInactive();
  }

  /** Whether the event loop ends, and with it the server. */
  boolean isShuttingDown() {
    return connection.channel().eventLoop().isShuttingDown();
  }
}
