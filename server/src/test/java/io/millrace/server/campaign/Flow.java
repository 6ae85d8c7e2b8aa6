package io.millrace.server.campaign;

/** Some clients with one purpose, and the model of what they may rely on. One thread. */
interface Flow {
  /** A client does something, or asks for it. */
  void act();

  /** Takes note of the answers that came. */
  void hear();

  /** The server has started again: what had not been answered never will be. */
  void comeBack();

  /** Holds what is there against the model. The server is settled. */
  void check(String where);

  /**
   * Lets the clients finish what they have begun. Called until it returns true, while time passes
   * and nothing goes wrong any more.
   */
  boolean finish();
}
