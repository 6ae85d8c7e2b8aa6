package io.millrace.server.door.kafka.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.server.security.user.LoginException;
import io.millrace.server.security.user.TokenCheck;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A login by OAUTHBEARER (RFC 7628, KIP-255). A token that is refused is answered with an error as
 * JSON, to which the client says a byte 1 before the login has failed.
 */
final class TokenLogin implements SaslMechanism {
  /** RFC 7628, 3.2.2; why it is so is told to the client at the end. */
  private static final byte[] REFUSED = "{\"status\":\"invalid_token\"}".getBytes(UTF_8);

  private final TokenCheck tokens;
  private boolean over;

  /** Written before the answer leaves, and so before the client can say more. */
  private volatile @Nullable LoginException refusal;

  TokenLogin(TokenCheck tokens) {
    this.tokens = tokens;
  }

  @Override
  public void evaluate(byte[] message, Consumer<Step> outcome) {
    LoginException refused = refusal;
    if (refused != null) {
      outcome.accept(Step.failed(refused));
      return;
    }
    if (over) {
      outcome.accept(Step.failed(LoginException.malformed("one message was expected")));
      return;
    }
    over = true;
    BearerMessage bearer;
    try {
      bearer = BearerMessage.parse(message);
    } catch (LoginException e) {
      outcome.accept(Step.failed(e));
      return;
    }
    tokens.check(
        bearer.token(),
        TokenCheck.Outcome.of(
            proof -> {
              if (bearer.authorization().isEmpty() || bearer.authorization().equals(proof.user())) {
                outcome.accept(Step.proved(proof.user(), proof.leftMs()));
              } else {
                refuse(
                    LoginException.untrusted("the token is not that of the named user"), outcome);
              }
            },
            why -> refuse(why, outcome)));
  }

  private void refuse(LoginException why, Consumer<Step> outcome) {
    if (why.reason() == LoginException.Reason.BUSY) {
      outcome.accept(Step.failed(why));
      return;
    }
    refusal = why;
    outcome.accept(new Step(REFUSED, null));
  }

  /** What an unproved token says of itself is worth nothing. */
  @Override
  public String claimedUser() {
    return "";
  }
}
