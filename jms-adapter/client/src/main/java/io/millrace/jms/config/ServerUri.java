package io.millrace.jms.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Serializable;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code millrace://host:port[,host:port…][?option=value&…]}; values are percent-encoded.
 *
 * @param hosts where to connect, in the order in which they are tried; at least one
 * @param options the options
 */
public record ServerUri(List<ServerAddress> hosts, ClientOptions options) implements Serializable {
  /** What the URI begins with. */
  public static final String SCHEME = "millrace://";

  /** Where a factory connects that was told nothing. */
  public static final String DEFAULT = SCHEME + "localhost:" + ServerAddress.DEFAULT_PORT;

  public ServerUri {
    hosts = List.copyOf(hosts);
  }

  /**
   * Reads a URI.
   *
   * @throws IllegalArgumentException if it is malformed or names an unknown option; the message
   *     says which part
   */
  public static ServerUri parse(String uri) {
    if (!uri.startsWith(SCHEME)) {
      throw new IllegalArgumentException("'" + uri + "' does not begin with " + SCHEME);
    }
    String rest = uri.substring(SCHEME.length());
    int question = rest.indexOf('?');
    String authority = question < 0 ? rest : rest.substring(0, question);
    if (authority.endsWith("/")) {
      authority = authority.substring(0, authority.length() - 1);
    }
    List<ServerAddress> hosts = new ArrayList<>();
    for (String host : authority.split(",", -1)) {
      hosts.add(ServerAddress.parse(host.trim()));
    }
    ClientOptions options = ClientOptions.defaults();
    if (question >= 0 && question < rest.length() - 1) {
      for (String pair : rest.substring(question + 1).split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals < 1) {
          throw new IllegalArgumentException("'" + pair + "' is not option=value");
        }
        String value = URLDecoder.decode(pair.substring(equals + 1), UTF_8);
        options = options.with(Option.of(pair.substring(0, equals)), value);
      }
    }
    return new ServerUri(hosts, options);
  }

  /** These hosts with other options. */
  public ServerUri withOptions(ClientOptions changed) {
    return new ServerUri(hosts, changed);
  }

  /** The URI without passwords, for logs and messages. */
  public String toDisplayString() {
    return text(false);
  }

  /** The URI that {@link #parse} reads, passwords included. */
  public String toUriString() {
    return text(true);
  }

  @Override
  public String toString() {
    return toDisplayString();
  }

  private String text(boolean withSecrets) {
    StringBuilder text = new StringBuilder(SCHEME);
    for (int i = 0; i < hosts.size(); i++) {
      text.append(i == 0 ? "" : ",").append(hosts.get(i));
    }
    char separator = '?';
    for (Map.Entry<Option, String> option : options.explicit().entrySet()) {
      if (!option.getKey().isSecret() || withSecrets) {
        text.append(separator).append(option.getKey().key()).append('=');
        text.append(URLEncoder.encode(option.getValue(), UTF_8));
        separator = '&';
      }
    }
    return text.toString();
  }
}
