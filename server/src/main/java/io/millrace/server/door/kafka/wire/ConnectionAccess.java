package io.millrace.server.door.kafka.wire;

import io.millrace.server.security.acl.Grants;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/**
 * How far the client of one connection has come in. On the connection's event loop, but for {@link
 * #grants}, which is for any thread.
 *
 * <pre>
 *   WAITING --login--> IN --the session's time is over--> ENDED --login--> IN
 *   IN (for ever, where no login is required)
 * </pre>
 */
public final class ConnectionAccess {
  private static final Set<ApiKeys> LOGIN =
      EnumSet.of(ApiKeys.API_VERSIONS, ApiKeys.SASL_HANDSHAKE, ApiKeys.SASL_AUTHENTICATE);

  /** Takes the messages of a login that come without Kafka's headers (SaslHandshake 0). */
  public interface RawTokens {
    /**
     * @param answer told what is to be written, or null when the connection is to be closed; on the
     *     event loop
     */
    void take(ByteBuffer token, Consumer<byte @Nullable []> answer);
  }

  /** Whether requests must be looked at: the only thing that is read for most of them. */
  private boolean guarded;

  private boolean waiting;
  private boolean sessionEnds;
  private long sessionEndNs;
  private @Nullable RawTokens rawTokens;
  private Runnable onLogin = () -> {};
  private final Supplier<Grants> currentGrants;
  private volatile Grants grants;

  /**
   * @param loginRequired whether nothing else is served before a login
   * @param grants what the client may do as whom it has proved to be
   */
  public ConnectionAccess(boolean loginRequired, Supplier<Grants> grants) {
    this.waiting = loginRequired;
    this.guarded = loginRequired;
    this.currentGrants = grants;
    this.grants = grants.get();
  }

  /** Of a client that may do everything. */
  static ConnectionAccess open() {
    return new ConnectionAccess(false, () -> Grants.ALL);
  }

  /** What the client may do. */
  Grants grants() {
    return grants;
  }

  /** Whether a login is still to come before anything is served. */
  boolean isWaiting() {
    return waiting;
  }

  /** Whether a client that is in can, and must, log in again. */
  public boolean hasSessions() {
    return sessionEnds;
  }

  /** What to do at a login that nothing was served before. */
  void onLogin(Runnable action) {
    onLogin = action;
  }

  /**
   * The client has proved who it is.
   *
   * @param sessionMs for how long that holds, in milliseconds; 0 for ever
   */
  public void loggedIn(long nowNs, long sessionMs) {
    rawTokens = null;
    grants = currentGrants.get();
    sessionEnds = sessionMs > 0;
    sessionEndNs = nowNs + sessionMs * 1_000_000;
    guarded = sessionEnds;
    if (waiting) {
      waiting = false;
      onLogin.run();
    }
  }

  /** From the next frame on the client sends messages of its login and nothing else. */
  public void expectRawTokens(RawTokens taker) {
    rawTokens = taker;
    guarded = true;
  }

  /** Whether requests must be looked at before they are carried out. */
  boolean isGuarded() {
    return guarded;
  }

  @Nullable RawTokens rawTokens() {
    return rawTokens;
  }

  /** Why a request must not be carried out; null when it may. */
  @Nullable String refusalOf(ApiKeys key, long nowNs) {
    if (LOGIN.contains(key)) {
      return null;
    }
    if (waiting) {
      return "it asks for " + key.name + " before it has logged in (auth.mode)";
    }
    return sessionEnds && nowNs - sessionEndNs > 0
        ? "its session has ended (auth.max-session-ms, or its token), and it has not logged in again"
        : null;
  }
}
