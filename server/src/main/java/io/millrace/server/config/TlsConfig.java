package io.millrace.server.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * TLS on the port of Kafka and JMS clients. Files are named here and read where the port is wired.
 *
 * @param mode whether there is TLS
 * @param certificateFile PEM, the server's certificate first; empty for none
 * @param keyFile PEM, PKCS#8; empty for none
 * @param keystoreFile PKCS#12, in place of these two; empty for none
 * @param passwordFile its first line is the password of the key or of the PKCS#12 file
 * @param clientAuth whether clients show certificates
 * @param trustFile PEM, the authorities of clients' certificates
 * @param principalMapping rules from a certificate's subject to a name
 * @param protocols versions of TLS, divided by commas
 * @param handshakeMs a handshake may take so long, in milliseconds
 * @param reloadMs how often the files are looked at, in milliseconds
 */
public record TlsConfig(
    @Setting(
            value = "off",
            meaning =
                "Whether Kafka and JMS clients use TLS: `off`; `required`; or `optional`, where the"
                    + " first bytes of a connection decide, for the time in which clients change"
                    + " over.")
        Mode mode,
    @Setting(
            value = "",
            meaning =
                "PEM file with the server's certificate, and behind it those that lead to its"
                    + " authority.")
        String certificateFile,
    @Setting(
            value = "",
            meaning =
                "PEM file with the certificate's private key in PKCS#8 (`BEGIN PRIVATE KEY`, or"
                    + " `BEGIN ENCRYPTED PRIVATE KEY` with `tls.password-file`).")
        String keyFile,
    @Setting(
            value = "",
            meaning =
                "PKCS#12 file with the server's certificate and private key, in place of the two"
                    + " PEM files.")
        String keystoreFile,
    @Setting(
            value = "",
            meaning =
                "File whose first line is the password of the private key or of the PKCS#12 file.")
        String passwordFile,
    @Setting(
            value = "none",
            meaning =
                "Whether clients show certificates of their own: `none`; `requested`, where one"
                    + " that is shown must be good; or `required`.")
        ClientAuth clientAuth,
    @Setting(
            value = "",
            meaning =
                "PEM file with the authorities that sign clients' certificates. No others are"
                    + " trusted.")
        String trustFile,
    @Setting(
            value = "DEFAULT",
            meaning =
                "How the subject of a client's certificate becomes the client's name: rules as in"
                    + " Kafka's `ssl.principal.mapping.rules`, divided by commas. `DEFAULT` is the"
                    + " whole subject.")
        @NotBlank(message = "must have a rule, such as DEFAULT")
        String principalMapping,
    @Setting(
            value = "TLSv1.3,TLSv1.2",
            meaning = "Versions of TLS that are spoken, divided by commas.")
        String protocols,
    @Setting(
            value = "10s",
            unit = "ms",
            meaning = "A connection whose handshake has not ended after so long is closed.")
        @Min(value = 100, message = "must be between 100ms and 10min")
        @Max(value = 600_000, message = "must be between 100ms and 10min")
        long handshakeMs,
    @Setting(
            value = "5s",
            unit = "ms",
            meaning =
                "How often the files are looked at. What has changed is used for new connections"
                    + " when it can be, and else the log says what is wrong with it.")
        @Min(value = 100, message = "must be between 100ms and 1d")
        @Max(value = 86_400_000, message = "must be between 100ms and 1d")
        long reloadMs) {
  private static final Set<String> KNOWN_PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");

  /** What the port speaks. */
  public enum Mode {
    OFF,
    OPTIONAL,
    REQUIRED
  }

  /** What clients show. */
  public enum ClientAuth {
    NONE,
    REQUESTED,
    REQUIRED
  }

  /**
   * @throws IllegalArgumentException when the settings do not go together
   */
  public TlsConfig {
    if (mode != Mode.OFF) {
      requireIdentity(mode, certificateFile, keyFile, keystoreFile);
      requireTrust(clientAuth, trustFile);
      requireProtocols(protocols);
    } else if (clientAuth != ClientAuth.NONE
        || !certificateFile.isEmpty()
        || !keystoreFile.isEmpty()) {
      // Who sets these believes that the port is guarded.
      throw new IllegalArgumentException(
          "settings of tls.* have no effect while tls.mode = off: set it to required or optional,"
              + " or leave out tls.certificate-file, tls.keystore-file and tls.client-auth");
    }
  }

  private static void requireIdentity(
      Mode mode, String certificateFile, String keyFile, String keystoreFile) {
    boolean pem = !certificateFile.isEmpty() && !keyFile.isEmpty();
    boolean partly = certificateFile.isEmpty() != keyFile.isEmpty();
    boolean keystore = !keystoreFile.isEmpty();
    if (partly || pem == keystore) {
      throw new IllegalArgumentException(
          "tls.mode = "
              + text(mode)
              + " needs a certificate: set tls.certificate-file and tls.key-file, or"
              + " tls.keystore-file and none of these two");
    }
  }

  private static void requireTrust(ClientAuth clientAuth, String trustFile) {
    if (clientAuth != ClientAuth.NONE && trustFile.isEmpty()) {
      throw new IllegalArgumentException(
          "tls.client-auth = "
              + text(clientAuth)
              + " needs the authorities that sign clients' certificates: set tls.trust-file");
    }
    if (clientAuth == ClientAuth.NONE && !trustFile.isEmpty()) {
      throw new IllegalArgumentException(
          "tls.trust-file has no effect while tls.client-auth = none: set that to required or"
              + " requested, or leave the file out");
    }
  }

  private static void requireProtocols(String protocols) {
    List<String> names = split(protocols);
    if (names.isEmpty() || !KNOWN_PROTOCOLS.containsAll(names)) {
      throw new IllegalArgumentException(
          "tls.protocols = " + protocols + ": expected TLSv1.3, TLSv1.2 or both");
    }
  }

  /** The versions of TLS, one by one. */
  public List<String> protocolNames() {
    return split(protocols);
  }

  private static List<String> split(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private static String text(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
