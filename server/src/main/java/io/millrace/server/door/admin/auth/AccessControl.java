package io.millrace.server.door.admin.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may ask the admin API for what. Programs show the admin token with each request;
 * browsers show the cookie of a session, and for changes its CSRF token too. Safe for use from any
 * thread.
 */
public final class AccessControl {
  /** The name under which holders of the admin token act. */
  public static final String ADMIN = "admin";

  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");
  private static final Set<String> OWN_SITES = Set.of("same-origin", "none");
  private static final String BEARER = "Bearer ";

  /**
   * What is known of a request.
   *
   * @param open whether anybody may ask for it
   * @param address the peer's address
   */
  public record Credentials(
      String method,
      boolean open,
      String address,
      @Nullable String authorization,
      @Nullable String cookie,
      @Nullable String csrf,
      @Nullable String host,
      @Nullable String origin,
      @Nullable String fetchSite) {}

  /** The outcome. */
  public sealed interface Verdict {}

  /** It may go on. */
  public record Allowed(String principal, @Nullable Session session) implements Verdict {}

  /** Nobody, or nobody known, asks: log in first. */
  public record Unknown(String why) implements Verdict {}

  /** It is known who asks, but not that they want it themselves. */
  public record Forbidden(String why) implements Verdict {}

  /** Too many failures from this address. */
  public record Throttled(int waitSeconds) implements Verdict {}

  private final AdminToken token;
  private final Sessions sessions;
  private final LoginThrottle throttle;

  public AccessControl(AdminToken token, Sessions sessions, LoginThrottle throttle) {
    this.token = token;
    this.sessions = sessions;
    this.throttle = throttle;
  }

  public Verdict decide(Credentials request) {
    if (crossSite(request)) {
      return new Forbidden("another web site asked for this; open the console itself");
    }
    if (request.open()) {
      return new Allowed("anonymous", null);
    }
    String authorization = request.authorization();
    if (authorization != null) {
      return byToken(request.address(), authorization);
    }
    Optional<Session> session = Optional.ofNullable(request.cookie()).flatMap(sessions::find);
    if (session.isEmpty()) {
      return new Unknown(
          "log in to the console, or send the admin token as 'Authorization: Bearer TOKEN'");
    }
    if (!SAFE_METHODS.contains(request.method()) && !same(session.get().csrf(), request.csrf())) {
      return new Forbidden("the X-Millrace-CSRF header does not fit the session; log in again");
    }
    return new Allowed(ADMIN, session.get());
  }

  /** Exchanges the token for a session. */
  public Verdict login(String address, String candidate) {
    Verdict verdict = byToken(address, BEARER + candidate);
    return verdict instanceof Allowed ? new Allowed(ADMIN, sessions.open()) : verdict;
  }

  public void logout(Session session) {
    sessions.close(session.id());
  }

  /** Whether a session still stands; for streams, which outlive the request that began them. */
  public boolean stands(@Nullable Session session) {
    return session == null || sessions.find(session.id()).isPresent();
  }

  private Verdict byToken(String address, String authorization) {
    int wait = throttle.waitSeconds(address);
    if (wait > 0) {
      return new Throttled(wait);
    }
    if (authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
        && token.matches(authorization.substring(BEARER.length()).strip())) {
      throttle.succeeded(address);
      return new Allowed(ADMIN, null);
    }
    throttle.failed(address);
    return new Unknown(
        "this is not the admin token; the server keeps it in the file "
            + AdminToken.FILE_NAME
            + " of its data directory");
  }

  private static boolean crossSite(Credentials request) {
    String site = request.fetchSite();
    if (site != null && !OWN_SITES.contains(site)) {
      return true;
    }
    String origin = request.origin();
    if (origin == null) {
      return false;
    }
    String host = request.host();
    return host == null
        || !(origin.equalsIgnoreCase("http://" + host)
            || origin.equalsIgnoreCase("https://" + host));
  }

  private static boolean same(String expected, @Nullable String given) {
    return given != null
        && MessageDigest.isEqual(
            expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }
}
