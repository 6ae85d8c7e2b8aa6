package io.millrace.console.war;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one server whose console this is, and which of its addresses may be asked for. Immutable.
 *
 * <p>Whatever a request holds, scheme, host and port of a target are the configured ones, and its
 * path stays below the admin API and health.
 */
final class RemoteServer {
  /** What may be asked for. */
  private static final Pattern PASSED = Pattern.compile("/(api/v1|health)/.*");

  /**
   * What servers read in different ways: path parameters, fragments, the other slash, slashes and
   * line ends in disguise, and segments that lead upwards or nowhere, plain or in disguise.
   */
  private static final Pattern AMBIGUOUS =
      Pattern.compile(
          "[;#\\\\\\x00-\\x20\\x7f]|//|%(2f|5c|7f|[01][0-9a-f])|/(\\.|%2e){1,2}(/|$)",
          Pattern.CASE_INSENSITIVE);

  private final String origin;
  private final String basePath;

  private RemoteServer(String origin, String basePath) {
    this.origin = origin;
    this.basePath = basePath;
  }

  /**
   * @param address such as {@code https://millrace.example.com:8080}, with a path where a proxy
   *     serves it under one
   * @throws IllegalArgumentException when it is no such address; says why, without repeating it
   */
  static RemoteServer at(String address) {
    URI uri;
    try {
      uri = new URI(address.strip());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("it is not a URL", e);
    }
    @Nullable String scheme = uri.getScheme();
    if (scheme == null || !scheme.toLowerCase(Locale.ROOT).matches("https?")) {
      throw new IllegalArgumentException("it must begin with http:// or https://");
    }
    if (uri.getHost() == null || uri.getPort() > 65_535) {
      throw new IllegalArgumentException("it names no host and port");
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException("it must hold no user and password");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException("it must have no '?' and no '#'");
    }
    String path = uri.getRawPath().replaceFirst("/+$", "");
    if (AMBIGUOUS.matcher(path).find()) {
      throw new IllegalArgumentException("its path must be plain");
    }
    return new RemoteServer(origin(scheme.toLowerCase(Locale.ROOT), uri), path);
  }

  /** As browsers write it: the scheme's own port is left out. */
  private static String origin(String scheme, URI uri) {
    int ownPort = scheme.equals("https") ? 443 : 80;
    int port = uri.getPort();
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    return scheme + "://" + host + (port < 0 || port == ownPort ? "" : ":" + port);
  }

  /** Scheme, host and port, as in an {@code Origin} header. */
  String origin() {
    return origin;
  }

  /**
   * Where a request goes.
   *
   * @param path as the browser sent it, without the context path and not decoded
   * @return empty when this must not be asked for
   */
  Optional<String> target(String path, @Nullable String query) {
    if (!PASSED.matcher(path).matches() || AMBIGUOUS.matcher(path).find()) {
      return Optional.empty();
    }
    if (query != null && query.contains("#")) {
      return Optional.empty();
    }
    String target = origin + basePath + path + (query == null ? "" : "?" + query);
    try {
      return Optional.of(new URI(target).toString());
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /**
   * A place that the server names, such as that of something new, as the browser finds it here.
   *
   * @param contextPath this application's
   */
  String toBrowser(String location, String contextPath) {
    String here =
        location.startsWith(origin + "/") ? location.substring(origin.length()) : location;
    if (!here.startsWith("/") || !here.startsWith(basePath + "/")) {
      return location;
    }
    return contextPath + here.substring(basePath.length());
  }

  @Override
  public String toString() {
    return origin + basePath;
  }
}
