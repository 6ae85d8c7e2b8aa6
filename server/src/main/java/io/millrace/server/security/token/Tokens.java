package io.millrace.server.security.token;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.kernel.Agents;
import io.millrace.kernel.Clock;
import io.millrace.kernel.Failures;
import io.millrace.server.security.user.LoginException;
import io.millrace.server.security.user.TokenCheck;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.lang.UnresolvableKeyException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks tokens, on an executor of its own and {@value #MAX_WAITING} at a time. One of an unknown
 * key waits until the keys have been read anew, unless that was done just now. Any thread.
 */
public final class Tokens implements TokenCheck, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
  private static final int MAX_WAITING = 1000;

  private final TokenRules rules;
  private final SigningKeys keys;
  private final Executor executor;
  private final Agents.Handle refreshing;
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * Reads the keys and begins to keep them fresh.
   *
   * @param executor where tokens are checked
   * @throws IOException when a local source has no keys; a remote one may have them later
   */
  public Tokens(
      TokenOptions options,
      KeySource source,
      Agents agents,
      Executor executor,
      MeterRegistry meters)
      throws IOException {
    Clock clock = agents.clock();
    this.rules = new TokenRules(options, clock);
    this.executor = executor;
    this.keys = new SigningKeys(source, options.refreshMs(), clock, new TokenMetrics(meters));
    if (!source.isRemote()) {
      keys.begin();
    } else if (source.isHttp()) {
      LOG.warn("whoever stands between here and {} decides who may log in: use https", source);
    }
    if (options.audiences().isEmpty()) {
      LOG.warn("tokens that were issued for other services are accepted: set auth.oauth.audience");
    }
    this.refreshing = agents.start(keys);
    keys.startedAs(refreshing);
    refreshing.signal();
  }

  @Override
  public void check(String token, Outcome outcome) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      outcome.refused(LoginException.undecided("too many clients log in at this moment"));
      return;
    }
    executor.execute(() -> check(token, outcome, true));
  }

  private void check(String token, Outcome outcome, boolean mayWait) {
    List<JsonWebKey> known = keys.keys();
    Proof proof = null;
    LoginException why = null;
    try {
      proof = rules.check(token, known);
    } catch (UnresolvableKeyException unknown) {
      if (keys.keys() != known) {
        // Read anew meanwhile.
        executor.execute(() -> check(token, outcome, mayWait));
        return;
      }
      if (mayWait) {
        if (keys.awaitRefresh(() -> executor.execute(() -> check(token, outcome, false)))) {
          // Counted with those who wait for keys now, so that others get on.
          waiting.decrementAndGet();
          return;
        }
        why = LoginException.undecided("too many clients show tokens of unknown keys");
      } else {
        why =
            keys.areOutdated()
                ? LoginException.undecided("the keys of tokens cannot be read at this moment")
                : LoginException.untrusted("the token is signed with no key that is known here");
      }
    } catch (LoginException e) {
      why = e;
    } catch (RuntimeException e) {
      Failures.report("checking a token", e);
      why = LoginException.untrusted("the token cannot be checked");
    }
    if (mayWait) {
      waiting.decrementAndGet();
    }
    if (proof != null) {
      outcome.proved(proof);
    } else if (why != null) {
      outcome.refused(why);
    }
  }

  /** Reads keys no more. */
  @Override
  public void close() {
    refreshing.close();
  }
}
