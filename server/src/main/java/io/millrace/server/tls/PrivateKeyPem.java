package io.millrace.server.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Reads a private key in PKCS#8 from a PEM file (RFC 7468, sections 10 and 11). */
final class PrivateKeyPem {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END \\1PRIVATE"
              + " KEY-----");
  private static final Pattern OTHER = Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----");

  /** The scheme of RFC 8018, section 6.2, as versions of the JDK name it. */
  private static final Set<String> PBES2 = Set.of("PBES2", "1.2.840.113549.1.5.13");

  private static final String ENCRYPTED = "ENCRYPTED ";

  private PrivateKeyPem() {}

  /**
   * The key in a file.
   *
   * @param algorithm of the certificate's public key, as the JDK names it
   * @throws TlsException when there is none that can be used
   */
  static PrivateKey read(Path path, byte[] pem, String algorithm, Optional<char[]> password)
      throws TlsException {
    String text = new String(pem, ISO_8859_1);
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      String kind = String.valueOf(block.group(1));
      if (kind.isEmpty() || kind.equals(ENCRYPTED)) {
        byte[] der = Base64.getMimeDecoder().decode(String.valueOf(block.group(2)));
        PKCS8EncodedKeySpec key =
            kind.isEmpty() ? new PKCS8EncodedKeySpec(der) : decrypt(path, der, password);
        return parse(path, key, algorithm);
      }
    }
    throw new TlsException(path + missing(text, path));
  }

  private static String missing(String text, Path path) {
    Matcher other = OTHER.matcher(text);
    if (!other.find()) {
      return " has no private key (a line -----BEGIN PRIVATE KEY-----)";
    }
    return " has a private key in another format than PKCS#8 (BEGIN "
        + other.group(1)
        + "). Convert it: openssl pkcs8 -topk8 -nocrypt -in "
        + path
        + " -out new-key.pem";
  }

  private static PKCS8EncodedKeySpec decrypt(Path path, byte[] der, Optional<char[]> password)
      throws TlsException {
    if (password.isEmpty()) {
      throw new TlsException(
          path + " is encrypted: name the file that has its password in tls.password-file");
    }
    try {
      EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(der);
      AlgorithmParameters parameters = encrypted.getAlgParameters();
      String scheme = encrypted.getAlgName();
      if (PBES2.contains(scheme)) {
        scheme = String.valueOf(parameters); // which algorithms it is made of
      }
      Cipher cipher = Cipher.getInstance(scheme);
      cipher.init(
          Cipher.DECRYPT_MODE,
          SecretKeyFactory.getInstance(scheme).generateSecret(new PBEKeySpec(password.get())),
          parameters);
      return encrypted.getKeySpec(cipher);
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsException(
          path + " cannot be decrypted with the password in tls.password-file: " + e.getMessage(),
          e);
    }
  }

  private static PrivateKey parse(Path path, PKCS8EncodedKeySpec key, String algorithm)
      throws TlsException {
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(key);
    } catch (GeneralSecurityException e) {
      throw new TlsException(
          path + " has no key for a certificate of type " + algorithm + ": " + e.getMessage(), e);
    }
  }
}
