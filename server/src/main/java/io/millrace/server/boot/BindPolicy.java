package io.millrace.server.boot;

import io.millrace.server.config.ConfigException;
import io.millrace.server.config.NetworkConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Decides whether the server may listen on an address. */
final class BindPolicy {
  private BindPolicy() {}

  /**
   * Resolves an address to bind, which must be a loopback address unless the operator insists.
   *
   * @param setting the setting that names the address, for the message
   * @throws ConfigException when it is unknown or too wide
   */
  static InetAddress check(String setting, String host, NetworkConfig network) {
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new ConfigException(setting + " = " + host + ": this host name has no address here");
    }
    if (!address.isLoopbackAddress() && !network.allowInsecureBind()) {
      throw new ConfigException(
          setting
              + " = "
              + host
              + " can be reached from other machines, and nothing on it is encrypted. Keep"
              + " 127.0.0.1, or, on a network that you trust, add --set"
              + " network.allow-insecure-bind=true");
    }
    return address;
  }
}
