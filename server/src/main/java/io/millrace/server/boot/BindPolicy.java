package io.millrace.server.boot;

import io.millrace.server.config.AuthConfig;
import io.millrace.server.config.ConfigException;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.config.TlsConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Decides whether the server may listen on an address: a loopback address, or one of a port whose
 * clients prove who they are, or any if the operator insists.
 */
final class BindPolicy {
  private BindPolicy() {}

  /**
   * Resolves the address of the port of Kafka and JMS clients.
   *
   * @throws ConfigException when it is unknown or too wide
   */
  static InetAddress checkClients(ServerConfig config) {
    return check(
        "network.host",
        config.network().host(),
        config.network().allowInsecureBind() || provesClients(config),
        "its clients need not prove who they are. Keep 127.0.0.1, or set tls.mode to required and"
            + " with it auth.mode or tls.client-auth, or, on a network that you trust, add --set"
            + " network.allow-insecure-bind=true");
  }

  /** Whether whoever is served has proved who it is, and nobody else reads along. */
  private static boolean provesClients(ServerConfig config) {
    return config.tls().mode() == TlsConfig.Mode.REQUIRED
        && (config.tls().clientAuth() == TlsConfig.ClientAuth.REQUIRED
            || config.auth().mode() == AuthConfig.Mode.REQUIRED);
  }

  /**
   * Resolves the address of the HTTP port.
   *
   * @throws ConfigException when it is unknown or too wide
   */
  static InetAddress checkAdmin(ServerConfig config) {
    return check(
        "admin.host",
        config.admin().host(),
        config.network().allowInsecureBind(),
        "nothing on it is encrypted. Keep 127.0.0.1, or, on a network that you trust, add --set"
            + " network.allow-insecure-bind=true");
  }

  private static InetAddress check(String setting, String host, boolean anywhere, String why) {
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new ConfigException(setting + " = " + host + ": this host name has no address here");
    }
    if (!address.isLoopbackAddress() && !anywhere) {
      throw new ConfigException(
          setting + " = " + host + " can be reached from other machines, and " + why);
    }
    return address;
  }
}
