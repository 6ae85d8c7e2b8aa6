package io.millrace.server.door.kafka.sasl;

import io.millrace.server.security.user.LoginException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The server's side of one login. The event loop calls; the outcome may come from any thread. */
interface SaslMechanism {

  /** What became of a message. */
  final class Step {
    static final byte[] NOTHING = {};

    private final byte[] answer;
    private final @Nullable String user;
    private final long leftMs;
    private final @Nullable LoginException error;

    /**
     * A step that has succeeded.
     *
     * @param answer for the client
     * @param user who it is, once that is proved
     */
    Step(byte[] answer, @Nullable String user) {
      this(answer, user, 0, null);
    }

    private Step(
        byte[] answer, @Nullable String user, long leftMs, @Nullable LoginException error) {
      this.answer = answer;
      this.user = user;
      this.leftMs = leftMs;
      this.error = error;
    }

    static Step failed(LoginException error) {
      return new Step(NOTHING, null, 0, error);
    }

    /** The client has proved who it is, by what holds for some time only. */
    static Step proved(String user, long leftMs) {
      return new Step(NOTHING, user, leftMs, null);
    }

    /** For how long the proof holds, in milliseconds; 0 for ever. */
    long leftMs() {
      return leftMs;
    }

    byte[] answer() {
      return answer;
    }

    @Nullable String user() {
      return user;
    }

    /** Why the login has failed, if it has. */
    @Nullable LoginException error() {
      return error;
    }
  }

  /** Takes a message of the client. */
  void evaluate(byte[] message, Consumer<Step> outcome);

  /** Whom the client says to be, for the log; empty when it has not said so. */
  String claimedUser();
}
