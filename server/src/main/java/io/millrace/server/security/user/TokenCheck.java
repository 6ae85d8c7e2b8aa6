package io.millrace.server.security.user;

import java.util.function.Consumer;

/** Tells from a bearer's token who it is. Any thread. */
public interface TokenCheck {

  /**
   * What a token proves.
   *
   * @param user without a type
   * @param leftMs how long it goes on to prove that, in milliseconds, above 0
   */
  record Proof(String user, long leftMs) {}

  /** Told what became of a token. On any thread. */
  interface Outcome {
    void proved(Proof proof);

    void refused(LoginException why);

    /** An outcome that is told either in one function. */
    static Outcome of(Consumer<Proof> proved, Consumer<LoginException> refused) {
      return new Outcome() {
        @Override
        public void proved(Proof proof) {
          proved.accept(proof);
        }

        @Override
        public void refused(LoginException why) {
          refused.accept(why);
        }
      };
    }
  }

  /** Checks a token, later or at once. */
  void check(String token, Outcome outcome);

  /** Where nobody has said which keys sign tokens. */
  TokenCheck NONE =
      (token, outcome) ->
          outcome.refused(LoginException.untrusted("no tokens are accepted (auth.oauth.jwks)"));
}
