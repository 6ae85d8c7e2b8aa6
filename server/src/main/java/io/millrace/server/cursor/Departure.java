package io.millrace.server.cursor;

/** How a consumer leaves. */
public enum Departure {
  /** In order; what it still has was shown to the application in vain. */
  CLOSED,
  /**
   * Its connection broke and did not come back. What it had may have been shown, so all of it
   * counts as delivered before; but only the first message is likely to be the reason, so that only
   * its count rises beyond the first time, and no other one goes to the dead letters for that.
   */
  LOST
}
