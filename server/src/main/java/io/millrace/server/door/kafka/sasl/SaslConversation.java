package io.millrace.server.door.kafka.sasl;

import io.millrace.kernel.Clock;
import io.millrace.server.door.kafka.wire.ConnectionAccess;
import io.millrace.server.door.kafka.wire.ConnectionState;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.net.Connection;
import io.millrace.server.net.Refusals;
import io.millrace.server.security.user.LoginException;
import io.millrace.server.security.user.LoginOptions;
import io.millrace.server.security.user.Logins;
import io.millrace.server.security.user.ScramMechanism;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The logins of one connection, one after the other. On its event loop.
 *
 * <pre>
 *   IDLE --handshake--> CHOSEN --message, answer--> CHOSEN --last message--> IDLE (logged in)
 *   CHOSEN --anything that is wrong--> the connection closes, a little later
 * </pre>
 */
final class SaslConversation implements ConnectionState.Part {
  /** What is said of names that are not the server's own, for the log. */
  private static final int SHOWN_CHARACTERS = 100;

  /** What became of a login's message, for the one who brought it. */
  interface Outcome {
    void goesOn(byte[] answer);

    void loggedIn(byte[] answer, long sessionMs);

    /** Called when it is time to say so. */
    void failed(LoginException error);
  }

  private final Logins logins;
  private final Refusals refusals;
  private final Clock clock;
  private final Connection connection;
  private final ConnectionAccess access;
  private @Nullable SaslMechanism login;
  private String mechanism = "";

  /** Who is logged in, and by what; empty for nobody. */
  private String user = "";

  private String userMechanism = "";
  private boolean closed;

  SaslConversation(Exchange exchange, Logins logins, Refusals refusals, Clock clock) {
    this.logins = logins;
    this.refusals = refusals;
    this.clock = clock;
    this.connection = exchange.connection();
    this.access = exchange.access();
  }

  /** Whether a login may begin now. */
  boolean mayBegin() {
    return login == null && (user.isEmpty() || access.hasSessions());
  }

  /** Whether messages of a login are expected. */
  boolean isUnderWay() {
    return login != null;
  }

  /** Whether nobody has logged in yet. */
  boolean isFirst() {
    return user.isEmpty();
  }

  /** Begins a login. Returns false when the mechanism is not offered. */
  boolean begin(String name) {
    if (!logins.options().mechanisms().contains(name)) {
      logins.metrics().failed("kafka", "other", LoginException.Reason.MALFORMED);
      return false;
    }
    mechanism = name;
    login =
        ScramMechanism.ofName(name)
            .<SaslMechanism>map(scram -> new ScramLogin(logins.scram(scram)))
            .orElseGet(() -> other(name));
    return true;
  }

  private SaslMechanism other(String name) {
    return name.equals(LoginOptions.OAUTHBEARER)
        ? new TokenLogin(logins.tokens())
        : new PlainLogin(logins);
  }

  /** The shorter of two times, of which 0 is no bound. */
  private static long shorter(long a, long b) {
    return a == 0 || b == 0 ? Math.max(a, b) : Math.min(a, b);
  }

  /** The messages of this login come without headers, as clients sent them before KIP-152. */
  void continueWithRawTokens() {
    access.expectRawTokens(this::takeRaw);
  }

  private void takeRaw(ByteBuffer token, Consumer<byte @Nullable []> answer) {
    byte[] message = new byte[token.remaining()];
    token.get(message);
    take(
        message,
        new Outcome() {
          @Override
          public void goesOn(byte[] challenge) {
            answer.accept(challenge);
          }

          @Override
          public void loggedIn(byte[] last, long sessionMs) {
            answer.accept(last);
          }

          @Override
          public void failed(LoginException error) {
            answer.accept(null);
          }
        });
  }

  /** Takes a message of the login that is under way. */
  void take(byte[] message, Outcome outcome) {
    SaslMechanism current = login;
    if (current == null) {
      throw new IllegalStateException("no login is under way");
    }
    current.evaluate(
        message,
        step -> {
          if (connection.channel().eventLoop().inEventLoop()) {
            onStep(current, step, outcome);
          } else {
            connection.channel().eventLoop().execute(() -> onStep(current, step, outcome));
          }
        });
  }

  private void onStep(SaslMechanism current, SaslMechanism.Step step, Outcome outcome) {
    LoginException error = step.error();
    String name = step.user();
    if (error == null && name != null && !isFirst() && !isSame(name)) {
      error = LoginException.malformed("another user or mechanism than at the first login");
    }
    if (error != null) {
      fail(current, error, outcome);
    } else if (name == null) {
      outcome.goesOn(step.answer());
    } else {
      login = null;
      user = name;
      userMechanism = mechanism;
      connection.identify(name);
      long sessionMs = shorter(logins.options().maxSessionMs(), step.leftMs());
      access.loggedIn(clock.nanoTime(), sessionMs);
      logins.metrics().succeeded("kafka", mechanism);
      outcome.loggedIn(step.answer(), sessionMs);
    }
  }

  private boolean isSame(String name) {
    return name.equals(user) && mechanism.equals(userMechanism);
  }

  /** Says so late, so that guessing takes its time. */
  private void fail(SaslMechanism current, LoginException error, Outcome outcome) {
    logins.metrics().failed("kafka", mechanism, error.reason());
    refusals.add(
        connection + " (user " + shown(current.claimedUser()) + ")",
        "a login by " + mechanism,
        error.reason(),
        error.getMessage());
    if (closed) {
      outcome.failed(error);
      return;
    }
    var unused =
        connection.timers().after(logins.options().failureDelayMs(), () -> outcome.failed(error));
  }

  static String shown(String name) {
    String cut = name.length() > SHOWN_CHARACTERS ? name.substring(0, SHOWN_CHARACTERS) : name;
    return cut.isEmpty() ? "unknown" : '"' + cut.replaceAll("\\p{Cntrl}", "?") + '"';
  }

  @Override
  public void close() {
    closed = true;
  }
}
