package io.millrace.server.door.kafka.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.server.security.user.LoginException;
import io.millrace.server.security.user.Logins;
import java.util.function.Consumer;

/** A login by PLAIN (RFC 4616): one message with name and password. */
final class PlainLogin implements SaslMechanism {
  private static final int PARTS = 3;
  private static final int MAX_MESSAGE_BYTES = 4096;

  private final Logins logins;
  private String user = "";
  private boolean over;

  PlainLogin(Logins logins) {
    this.logins = logins;
  }

  @Override
  public void evaluate(byte[] message, Consumer<Step> outcome) {
    String[] parts =
        message.length > MAX_MESSAGE_BYTES
            ? new String[0]
            : new String(message, UTF_8).split("\0", -1);
    if (over || parts.length != PARTS || parts[1].isEmpty() || parts[2].isEmpty()) {
      outcome.accept(
          Step.failed(LoginException.malformed("this is no message of PLAIN with a password")));
      return;
    }
    over = true;
    String name = parts[1];
    user = name;
    if (!parts[0].isEmpty() && !parts[0].equals(name)) {
      outcome.accept(Step.failed(LoginException.malformed("nobody may log in as another user")));
      return;
    }
    logins.check(
        name,
        parts[2],
        error -> outcome.accept(error == null ? new Step(Step.NOTHING, name) : Step.failed(error)));
  }

  @Override
  public String claimedUser() {
    return user;
  }
}
