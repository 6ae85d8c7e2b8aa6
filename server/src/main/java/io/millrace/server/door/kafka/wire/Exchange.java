package io.millrace.server.door.kafka.wire;

import io.millrace.kernel.Failures;
import io.millrace.server.net.Connection;
import io.millrace.server.quota.QuotaKey;
import io.millrace.server.security.acl.Grants;
import io.millrace.server.shard.Reply;
import io.netty.util.concurrent.EventExecutor;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer. Replied to exactly once, from any thread; the answer is written when
 * all earlier requests of the connection are answered. The other methods may be used from any
 * thread unless they say otherwise.
 *
 * <pre>
 * STARTED --reply, replyNothing, fail--> ANSWERED --written or dropped--> (gone)
 * </pre>
 */
public final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  private final KafkaConnection owner;
  private final RequestHeader header;
  private final AbstractRequest request;
  private final Api<?> api;
  private final int frameBytes;
  private final long startNs;
  private Runnable onClosed = () -> {};
  private Runnable onHurry = () -> {};
  private @Nullable Consumer<AbstractResponse> amendment;
  private volatile boolean answered;
  private @Nullable AbstractResponse response;
  private long throttleMs;

  Exchange(
      KafkaConnection owner,
      RequestHeader header,
      AbstractRequest request,
      Api<?> api,
      int frameBytes,
      long startNs) {
    this.owner = owner;
    this.header = header;
    this.request = request;
    this.api = api;
    this.frameBytes = frameBytes;
    this.startNs = startNs;
  }

  public short version() {
    return header.apiVersion();
  }

  public String clientId() {
    return header.clientId();
  }

  public Connection connection() {
    return owner.connection();
  }

  /** State that APIs keep for this connection. On the event loop only. */
  public ConnectionState state() {
    return owner.state();
  }

  /** How far the client has come in. On the event loop only. */
  public ConnectionAccess access() {
    return owner.access();
  }

  /** What the client may do. */
  public Grants grants() {
    return owner.access().grants();
  }

  /** The connection's event loop, on which handlers run. */
  public EventExecutor loop() {
    return connection().channel().eventLoop();
  }

  /**
   * What to do if the connection closes before the request is answered. Set by the handler, on the
   * event loop; runs there. The exchange must be replied to all the same.
   */
  public void onClosed(Runnable action) {
    onClosed = action;
  }

  /**
   * What to do when another request waits behind this one, or the server stops: for answers that
   * are late by wish, not by need. Set by the handler, on the event loop; runs there, perhaps
   * several times.
   */
  public void onHurry(Runnable action) {
    onHurry = action;
  }

  // ---- quotas; on the event loop

  /**
   * How much the client can use now without a wait; more than anybody asks for where it has no such
   * quota.
   */
  public long leftOf(QuotaKey key) {
    return owner.throttle().quotas().left(key, clientId());
  }

  /** Whether the client has used so much already that it has to wait. */
  public boolean isOver(QuotaKey key) {
    return throttled(key, owner.throttle().quotas().waitMs(key, clientId()));
  }

  /**
   * Counts use. When that is more than the client's quota it has to wait behind its answer, which
   * says so.
   */
  public void use(QuotaKey key, double amount) {
    use(key, amount, Long.MAX_VALUE);
  }

  /**
   * As {@link #use(QuotaKey, double)}, for a client that would lose by a long wait.
   *
   * @param mostMs for how long it has to wait at most, in milliseconds
   */
  public void use(QuotaKey key, double amount, long mostMs) {
    long waitMs = owner.throttle().quotas().record(key, clientId(), amount);
    var unused = throttled(key, Math.min(waitMs, mostMs));
  }

  /**
   * Counts use for which the client does not have to wait, but may be refused more; or takes back,
   * by a negative amount, what was counted and did not happen. Any thread.
   */
  public void count(QuotaKey key, double amount) {
    var unused = owner.throttle().quotas().record(key, clientId(), amount);
  }

  /**
   * As {@link #use}, but when the client has to wait nothing is counted, and it is not to be given
   * what it asked for.
   */
  public boolean mayUse(QuotaKey key, double amount) {
    return !throttled(key, owner.throttle().quotas().tryRecord(key, clientId(), amount));
  }

  private boolean throttled(QuotaKey key, long waitMs) {
    if (waitMs <= 0) {
      return false;
    }
    owner.throttle().quotas().throttled(key, waitMs);
    throttleMs = Math.max(throttleMs, waitMs);
    return true;
  }

  /** A step of the work for this request that is not taken at once. */
  public void work(Runnable step) {
    owner.throttle().work(step);
  }

  /**
   * Changes the answer before it is written, whatever it is. Set before the request's handler sees
   * it, once; runs where the answer comes.
   */
  public void amend(Consumer<AbstractResponse> change) {
    amendment = change;
  }

  /** Answers. */
  public void reply(AbstractResponse answer) {
    Consumer<AbstractResponse> change = amendment;
    if (change != null) {
      amendment = null;
      try {
        change.accept(answer);
      } catch (RuntimeException e) {
        fail(e);
        return;
      }
    }
    response = answer;
    Map<Errors, Integer> errors = answer.errorCounts();
    if (errors.size() > 1 || !errors.containsKey(Errors.NONE)) {
      owner.count(this, answer, errors);
    }
    finish();
  }

  /** A reply that answers with a response, once it has come, in kafka-clients' clothes. */
  public <R> Reply<R> replyWith(Function<R, AbstractResponse> dress) {
    return new Reply<>() {
      @Override
      public void ok(R answer) {
        AbstractResponse dressed;
        try {
          dressed = dress.apply(answer);
        } catch (RuntimeException e) {
          Exchange.this.fail(e);
          return;
        }
        reply(dressed);
      }

      @Override
      public void fail(RuntimeException error) {
        Exchange.this.fail(error);
      }
    };
  }

  /** For requests whose sender waits for no answer. */
  public void replyNothing() {
    finish();
  }

  /**
   * For requests whose sender waits for no answer and yet must learn that there is none to be glad
   * of: closes the connection. The log and the metrics say what the answer would have said.
   *
   * @param why for the log; what the answer says of its first error is added
   */
  public void closeInstead(AbstractResponse answer, String why) {
    owner.closeInstead(this, answer, why);
    finish();
  }

  /** Answers, and closes the connection behind that. On the event loop only. */
  public void replyAndClose(AbstractResponse answer) {
    owner.closeBehindAnswers();
    reply(answer);
  }

  /** Answers with the error that {@link WireErrors} makes of a failure, for all that was asked. */
  public void fail(Throwable failure) {
    fail(WireErrors.of(failure), WireErrors.messageOf(failure));
  }

  /** Answers with an error for all that was asked. */
  public void fail(Errors error) {
    fail(error, error.message());
  }

  private void fail(Errors error, @Nullable String message) {
    AbstractResponse answer;
    try {
      answer = request.getErrorResponse(0, error.exception(message));
    } catch (RuntimeException e) {
      Failures.report("answering " + header + " with " + error, e);
      connection().refuse("its request could not be answered");
      replyNothing();
      return;
    }
    if (answer == null) {
      replyNothing();
    } else {
      reply(answer);
    }
  }

  private void finish() {
    if (answered) {
      LOG.error("{} was answered twice", header, new IllegalStateException("second answer"));
      return;
    }
    answered = true;
    owner.answered();
  }

  // ---- for the connection, on its event loop

  void start() {
    try {
      api.handle(request, this);
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  void connectionClosed() {
    if (!answered) {
      onClosed.run();
    }
  }

  /** How long the client has to wait behind the answer, in milliseconds. */
  long throttleMs() {
    return throttleMs;
  }

  void hurry() {
    if (!answered) {
      onHurry.run();
    }
  }

  boolean isAnswered() {
    return answered;
  }

  @Nullable AbstractResponse response() {
    return response;
  }

  RequestHeader header() {
    return header;
  }

  Api<?> api() {
    return api;
  }

  int frameBytes() {
    return frameBytes;
  }

  long startNs() {
    return startNs;
  }
}
