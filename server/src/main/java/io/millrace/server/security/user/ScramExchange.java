package io.millrace.server.security.user;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one login by SCRAM (RFC 5802), without channel binding. One thread at a
 * time.
 *
 * <pre>
 *   FIRST --client-first / server-first--> FINAL --client-final / server-final--> DONE
 * </pre>
 *
 * <p>Any message that is out of place or malformed, and a proof that is wrong, end it by a {@link
 * LoginException}. A user who does not exist gets as far as one whose password is wrong.
 */
public final class ScramExchange {
  private static final int MAX_MESSAGE_BYTES = 4096;

  private enum State {
    FIRST,
    FINAL,
    DONE
  }

  private final ScramMechanism mechanism;
  private final Function<String, ScramCredential> credentials;
  private final String ownNonce;
  private State state = State.FIRST;
  private String user = "";
  private String gs2Header = "";
  private String clientFirstBare = "";
  private String serverFirst = "";
  private String clientNonce = "";
  private String nonce = "";
  private @Nullable ScramCredential expected;
  private boolean proved;

  /**
   * @param credentials what is kept of a user; of an unknown one, something that nobody can log in
   *     with
   * @param ownNonce printable and without a comma, unpredictable, used once
   */
  public ScramExchange(
      ScramMechanism mechanism, Function<String, ScramCredential> credentials, String ownNonce) {
    this.mechanism = mechanism;
    this.credentials = credentials;
    this.ownNonce = ownNonce;
  }

  /** Takes a message of the client, and returns the server's answer to it. */
  public byte[] evaluate(byte[] message) {
    if (message.length > MAX_MESSAGE_BYTES) {
      throw LoginException.malformed("a message of SCRAM of " + message.length + " bytes");
    }
    String text = new String(message, UTF_8);
    State was = state;
    state = State.DONE; // unless it goes on
    return switch (was) {
      case FIRST -> first(text);
      case FINAL -> last(text);
      case DONE -> throw LoginException.malformed("a message behind the end of the login");
    };
  }

  /** Whether the client has proved who it is. */
  public boolean isComplete() {
    return proved;
  }

  /** Whom the client says to be; empty before its first message. */
  public String user() {
    return user;
  }

  private byte[] first(String text) {
    int binding = text.indexOf(',');
    int header = binding < 0 ? -1 : text.indexOf(',', binding + 1);
    if (header < 0) {
      throw LoginException.malformed("the message does not begin as one of SCRAM");
    }
    String flag = text.substring(0, binding);
    if (!flag.equals("n") && !flag.equals("y")) {
      throw LoginException.malformed("channel binding is not supported");
    }
    gs2Header = text.substring(0, header + 1);
    clientFirstBare = text.substring(header + 1);
    String[] attributes = clientFirstBare.split(",", -1);
    if (attributes.length < 2) {
      throw LoginException.malformed("the first message lacks user or nonce");
    }
    user = nameOf(value(attributes[0], 'n'));
    clientNonce = value(attributes[1], 'r');
    for (int i = 2; i < attributes.length; i++) {
      if (attributes[i].startsWith("tokenauth=")) {
        throw LoginException.malformed("there are no delegation tokens");
      }
    }
    if (user.isEmpty() || clientNonce.isEmpty()) {
      throw LoginException.malformed("the first message lacks user or nonce");
    }
    checkAuthorizationId(text.substring(binding + 1, header));
    ScramCredential found = credentials.apply(user);
    expected = found;
    nonce = clientNonce + ownNonce;
    serverFirst =
        "r="
            + nonce
            + ",s="
            + Base64.getEncoder().encodeToString(found.salt())
            + ",i="
            + found.iterations();
    state = State.FINAL;
    return serverFirst.getBytes(UTF_8);
  }

  private void checkAuthorizationId(String field) {
    if (!field.isEmpty() && !nameOf(value(field, 'a')).equals(user)) {
      throw LoginException.malformed("nobody may log in as another user");
    }
  }

  private byte[] last(String text) {
    ScramCredential found = expected;
    int proofAt = text.lastIndexOf(",p=");
    String[] attributes = text.split(",", -1);
    if (found == null || proofAt < 0 || attributes.length < 3) {
      throw LoginException.malformed("the last message lacks nonce or proof");
    }
    String withoutProof = text.substring(0, proofAt);
    if (!new String(decoded(value(attributes[0], 'c')), UTF_8).equals(gs2Header)) {
      throw LoginException.malformed("the last message does not belong to the first");
    }
    byte[] proof = decoded(text.substring(proofAt + ",p=".length()));
    if (!isOurs(value(attributes[1], 'r')) || proof.length != mechanism.keyBytes()) {
      throw LoginException.malformed("the last message does not belong to the first");
    }
    byte[] authMessage = (clientFirstBare + "," + serverFirst + "," + withoutProof).getBytes(UTF_8);
    byte[] signature = Scram.hmac(mechanism, found.storedKey(), authMessage);
    byte[] key = Scram.hash(mechanism, Scram.xor(proof, signature));
    if (!MessageDigest.isEqual(key, found.storedKey())) {
      throw LoginException.wrong();
    }
    proved = true;
    byte[] own = Scram.hmac(mechanism, found.serverKey(), authMessage);
    return ("v=" + Base64.getEncoder().encodeToString(own)).getBytes(UTF_8);
  }

  /**
   * Whether a nonce is that of this login. Versions of librdkafka that are still about, such as
   * 2.0, say their own part of it once more before the whole; that does no harm, as the proof is of
   * what they sent and our part is in it.
   */
  private boolean isOurs(String answered) {
    return answered.equals(nonce) || answered.equals(clientNonce + nonce);
  }

  private static String value(String attribute, char name) {
    if (attribute.length() < 2 || attribute.charAt(0) != name || attribute.charAt(1) != '=') {
      throw LoginException.malformed("expected the attribute " + name + " of SCRAM");
    }
    return attribute.substring(2);
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw LoginException.malformed("an attribute of SCRAM is not in base 64");
    }
  }

  /** Comma and equals sign are written as {@code =2C} and {@code =3D}, and nothing else is. */
  private static String nameOf(String saslName) {
    if (saslName.replace("=2C", "").replace("=3D", "").contains("=")) {
      throw LoginException.malformed("a user name with an equals sign of its own");
    }
    return saslName.replace("=2C", ",").replace("=3D", "=");
  }
}
