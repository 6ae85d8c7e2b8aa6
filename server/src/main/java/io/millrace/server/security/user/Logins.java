package io.millrace.server.security.user;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.kernel.Failures;
import io.millrace.kernel.Randomness;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks who clients say to be, against the users that there are. Any thread.
 *
 * <p>Checking a password costs milliseconds of computing on purpose, so it is done on an executor
 * of its own and for {@value #MAX_WAITING} at a time; checking a proof of SCRAM costs next to
 * nothing. A user who does not exist takes as long as one with a wrong password and credentials
 * made here, and has a salt that stays the same, so that neither tells which names there are.
 * Credentials that Kafka's tools made are told apart, by the length of their salt and their
 * iterations.
 */
public final class Logins {
  /** Passwords that wait to be checked, at most. */
  static final int MAX_WAITING = 1000;

  /** Of credentials that are made here, unless somebody asks for another number. */
  public static final int ITERATIONS = 8192;

  private static final int SALT_BYTES = 24;
  private static final int NONCE_BYTES = 24;
  private static final int MAX_PASSWORD_BYTES = 1024;

  private final LoginOptions options;
  private final UserView users;
  private final byte[] secret;
  private final Randomness randomness;
  private final Executor hashing;
  private final LoginMetrics metrics;
  private final TokenCheck tokens;
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * @param secret bytes that nobody else knows, the same after a restart: for the salts of users
   *     who do not exist
   * @param randomness unpredictable, for any thread
   * @param hashing where passwords are checked
   */
  public Logins(
      LoginOptions options,
      UserView users,
      byte[] secret,
      Randomness randomness,
      Executor hashing,
      MeterRegistry meters) {
    this(options, users, secret, randomness, hashing, meters, TokenCheck.NONE);
  }

  /**
   * Logins where tokens are taken, too.
   *
   * @param tokens checks tokens
   */
  public Logins(
      LoginOptions options,
      UserView users,
      byte[] secret,
      Randomness randomness,
      Executor hashing,
      MeterRegistry meters,
      TokenCheck tokens) {
    this.tokens = tokens;
    this.options = options;
    this.users = users;
    this.secret = secret.clone();
    this.randomness = randomness;
    this.hashing = hashing;
    this.metrics = new LoginMetrics(meters);
  }

  public LoginOptions options() {
    return options;
  }

  public LoginMetrics metrics() {
    return metrics;
  }

  /** What checks the tokens of clients. */
  public TokenCheck tokens() {
    return tokens;
  }

  /** A login by SCRAM that begins now. */
  public ScramExchange scram(ScramMechanism mechanism) {
    return new ScramExchange(mechanism, name -> credential(name, mechanism), nonce());
  }

  private ScramCredential credential(String name, ScramMechanism mechanism) {
    User user = users.find(name);
    ScramCredential known = user == null ? null : user.credential(mechanism);
    return known == null ? nobodys(name, mechanism) : known;
  }

  /** Looks like a credential, and no password belongs to it. */
  private ScramCredential nobodys(String name, ScramMechanism mechanism) {
    byte[] salt = Scram.hmac(mechanism, secret, ("salt " + name).getBytes(UTF_8));
    byte[] key = Scram.hmac(mechanism, secret, ("key " + name).getBytes(UTF_8));
    return new ScramCredential(mechanism, Arrays.copyOf(salt, SALT_BYTES), ITERATIONS, key, key);
  }

  /**
   * Checks a password.
   *
   * @param outcome told null when it is the user's, and else why not; on a thread of the executor,
   *     or on the caller's when too many wait
   */
  public void check(String name, String password, Consumer<@Nullable LoginException> outcome) {
    if (password.getBytes(UTF_8).length > MAX_PASSWORD_BYTES) {
      outcome.accept(LoginException.malformed("a password has at most 1024 bytes"));
      return;
    }
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      outcome.accept(LoginException.busy());
      return;
    }
    hashing.execute(
        () -> {
          boolean right = false;
          try {
            right = isPassword(name, password);
          } catch (RuntimeException e) {
            Failures.report("checking a password", e);
          } finally {
            waiting.decrementAndGet();
          }
          outcome.accept(right ? null : LoginException.wrong());
        });
  }

  private boolean isPassword(String name, String password) {
    User user = users.find(name);
    ScramCredential credential =
        user == null ? nobodys(name, ScramMechanism.SHA_512) : user.strongest();
    boolean right = credential.isPassword(password);
    return right && user != null;
  }

  /**
   * Makes the credentials of a password, one for each mechanism. Costs milliseconds.
   *
   * @throws UserException when it cannot be a password
   */
  public List<ScramCredential> credentials(String password) {
    int bytes = password.getBytes(UTF_8).length;
    if (bytes == 0 || bytes > MAX_PASSWORD_BYTES) {
      throw new UserException(
          UserException.Reason.INVALID,
          "a password has 1 to " + MAX_PASSWORD_BYTES + " bytes, not " + bytes);
    }
    return Arrays.stream(ScramMechanism.values())
        .map(
            mechanism ->
                ScramCredential.ofPassword(mechanism, password, random(SALT_BYTES), ITERATIONS))
        .toList();
  }

  private String nonce() {
    return Base64.getEncoder().encodeToString(random(NONCE_BYTES));
  }

  private byte[] random(int bytes) {
    ByteBuffer drawn = ByteBuffer.allocate(bytes);
    while (drawn.remaining() >= Long.BYTES) {
      drawn.putLong(randomness.nextLong());
    }
    return drawn.array();
  }
}
