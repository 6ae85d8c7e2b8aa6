package io.millrace.server.security.token;

import io.millrace.kernel.Agent;
import io.millrace.kernel.Agents;
import io.millrace.kernel.Clock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.lang.JoseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys that sign tokens. Read on a thread of its own, now and then and when somebody
 * shows a token of an unknown key; the last that could be read stay in use. Any thread asks.
 */
final class SigningKeys implements Agent {
  private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);

  /** Unknown keys make the source be asked no more often than this. */
  static final long MIN_PAUSE_NS = TimeUnit.SECONDS.toNanos(5);

  /** Logins that wait for keys, at most. */
  private static final int MAX_WAITING = 1000;

  private final KeySource source;
  private final Clock clock;
  private final TokenMetrics metrics;
  private final long periodNs;

  /** Of public keys only; replaced as a whole. */
  private volatile List<JsonWebKey> keys = List.of();

  private volatile long nextNs;

  /** Whether the last look failed, so that newer keys may exist. */
  private volatile boolean outdated = true;

  private String fault = "";

  /** Under this object's monitor, as the next two are. */
  private final List<Runnable> waiting = new ArrayList<>();

  private boolean wanted;
  private long earliestNs;
  private Agents.Handle handle = NOT_STARTED;

  private static final Agents.Handle NOT_STARTED =
      new Agents.Handle() {
        @Override
        public void signal() {}

        @Override
        public void close() {}
      };

  SigningKeys(KeySource source, long refreshMs, Clock clock, TokenMetrics metrics) {
    this.source = source;
    this.clock = clock;
    this.metrics = metrics;
    this.periodNs = TimeUnit.MILLISECONDS.toNanos(refreshMs);
    this.nextNs = clock.nanoTime();
    this.earliestNs = clock.nanoTime();
  }

  /**
   * Reads the keys for the first time.
   *
   * @throws IOException when there are none
   */
  void begin() throws IOException {
    keys = parse(source.read());
    metrics.keys(keys.size());
    outdated = false;
    nextNs = clock.nanoTime() + periodNs;
    synchronized (this) {
      earliestNs = clock.nanoTime() + MIN_PAUSE_NS;
    }
    LOG.info("tokens are checked with {} keys from {}", keys.size(), source);
  }

  void startedAs(Agents.Handle started) {
    synchronized (this) {
      handle = started;
    }
  }

  List<JsonWebKey> keys() {
    return keys;
  }

  /** Whether there may be newer keys, which could not be read. */
  boolean areOutdated() {
    return outdated;
  }

  /**
   * Somebody shows a token of an unknown key.
   *
   * @param again run when the keys have been read anew, which may be some seconds away
   * @return false when too many wait
   */
  boolean awaitRefresh(Runnable again) {
    Agents.Handle agent;
    synchronized (this) {
      if (waiting.size() >= MAX_WAITING) {
        return false;
      }
      wanted = true;
      waiting.add(again);
      agent = handle;
    }
    agent.signal();
    return true;
  }

  @Override
  public String name() {
    return "token-keys";
  }

  @Override
  public long nextDeadlineNs() {
    long next = nextNs;
    synchronized (this) {
      return wanted && earliestNs - next < 0 ? earliestNs : next;
    }
  }

  @Override
  public int doWork() {
    long now = clock.nanoTime();
    boolean asked;
    synchronized (this) {
      asked = wanted && now - earliestNs >= 0;
    }
    if (!asked && now - nextNs < 0) {
      return 0;
    }
    look();
    List<Runnable> told;
    synchronized (this) {
      wanted = false;
      earliestNs = clock.nanoTime() + MIN_PAUSE_NS;
      told = List.copyOf(waiting);
      waiting.clear();
    }
    told.forEach(Runnable::run);
    return 1;
  }

  private void look() {
    try {
      List<JsonWebKey> found = parse(source.read());
      keys = found;
      metrics.keys(found.size());
      if (!fault.isEmpty()) {
        LOG.info("tokens are checked with {} keys from {}", found.size(), source);
      }
      fault = "";
      outdated = false;
      nextNs = clock.nanoTime() + periodNs;
    } catch (IOException | RuntimeException e) {
      outdated = true;
      metrics.refreshFailed();
      String why = String.valueOf(e);
      if (!why.equals(fault)) {
        fault = why;
        LOG.warn(
            "tokens are checked with the {} keys that there were, because {} cannot be read: {}",
            keys.size(),
            source,
            why);
      }
      nextNs = clock.nanoTime() + Math.min(periodNs, TimeUnit.SECONDS.toNanos(30));
    }
  }

  /** Keys of both halves, or that are shared secrets, have no place in such a set. */
  static List<JsonWebKey> parse(String text) throws IOException {
    List<JsonWebKey> found = new ArrayList<>();
    try {
      for (JsonWebKey key : new JsonWebKeySet(text).getJsonWebKeys()) {
        boolean signs = key.getUse() == null || key.getUse().equals("sig");
        if (signs && (key instanceof RsaJsonWebKey || key instanceof EllipticCurveJsonWebKey)) {
          found.add(key);
        }
      }
    } catch (JoseException | RuntimeException e) {
      throw new IOException("this is no set of keys (JWKS): " + e.getMessage(), e);
    }
    if (found.isEmpty()) {
      throw new IOException("there is no public key of RSA or of an elliptic curve in it");
    }
    return List.copyOf(found);
  }
}
