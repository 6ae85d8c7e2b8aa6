package io.millrace.server.campaign;

/**
 * A record that a member of a share group was given.
 *
 * @param text its text
 * @param sureUntilMs until when its lock holds for certain, on the clients' clock
 * @param asked whether the server was told something that may end it
 */
record ShareHold(String text, long sureUntilMs, boolean asked) {
  ShareHold asking() {
    return new ShareHold(text, sureUntilMs, true);
  }

  ShareHold renewed(long untilMs) {
    return new ShareHold(text, untilMs, false);
  }

  boolean isSure(long nowMs) {
    return !asked && nowMs < sureUntilMs;
  }
}
