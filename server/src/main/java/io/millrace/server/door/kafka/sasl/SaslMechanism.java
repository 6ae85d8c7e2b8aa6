package io.millrace.server.door.kafka.sasl;

import io.millrace.server.security.user.LoginException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The server's side of one login. The event loop calls; the outcome may come from any thread. */
interface SaslMechanism {

  /**
   * What became of a message.
   *
   * @param answer for the client
   * @param user who it is, once that is proved
   * @param error why the login has failed, if it has
   */
  record Step(byte[] answer, @Nullable String user, @Nullable LoginException error) {
    static final byte[] NOTHING = {};

    static Step failed(LoginException error) {
      return new Step(NOTHING, null, error);
    }
  }

  /** Takes a message of the client. */
  void evaluate(byte[] message, Consumer<Step> outcome);

  /** Whom the client says to be, for the log; empty when it has not said so. */
  String claimedUser();
}
