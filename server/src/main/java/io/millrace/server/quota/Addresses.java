package io.millrace.server.quota;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Addresses as text. Nothing is asked of a name service. */
final class Addresses {
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");

  private static final Pattern IPV6 =
      Pattern.compile("[0-9a-fA-F:][0-9a-fA-F:.]*:[0-9a-fA-F:.]*|:[0-9a-fA-F:.]+");

  private Addresses() {}

  static boolean isAddress(String text) {
    try {
      return canonical(text) != null;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /**
   * The one spelling that {@link InetAddress#getHostAddress} has.
   *
   * @throws UnknownHostException it is no address
   */
  static String canonical(String text) throws UnknownHostException {
    // What begins like an address and has a colon, or is four numbers, is never looked up by its
    // name.
    if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
      throw new UnknownHostException(text);
    }
    return InetAddress.getByName(text).getHostAddress();
  }
}
