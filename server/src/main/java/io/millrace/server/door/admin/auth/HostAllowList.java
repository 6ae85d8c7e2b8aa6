package io.millrace.server.door.admin.auth;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names under which this server may be addressed. A web page of somebody else whose name was
 * made to resolve to this machine (DNS rebinding) uses another name, and is refused. Immutable.
 */
public final class HostAllowList {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final Set<String> names = new HashSet<>(LOOPBACK);

  /**
   * @param more names or addresses allowed beside those of the loopback interface, without ports;
   *     IPv6 addresses in brackets
   */
  public HostAllowList(Collection<String> more) {
    more.forEach(name -> names.add(name.strip().toLowerCase(Locale.ROOT)));
  }

  /** Whether a {@code Host} header, with or without a port, names this server. */
  public boolean allows(@Nullable String hostHeader) {
    if (hostHeader == null) {
      return false;
    }
    return names.contains(withoutPort(hostHeader.strip().toLowerCase(Locale.ROOT)));
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    int bracket = host.lastIndexOf(']');
    return colon > bracket ? host.substring(0, colon) : host;
  }
}
