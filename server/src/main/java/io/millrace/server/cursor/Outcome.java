package io.millrace.server.cursor;

/** What became of messages that a consumer had. */
public enum Outcome {
  /** Consumed: settled for good. */
  ACCEPT,
  /** Shown to the application in vain: to be delivered again, the delivery count rises. */
  RELEASE,
  /** Never shown to the application: to be delivered again as if they had never left. */
  RETURN,
  /** Not processable: to the dead letters at once. */
  REJECT
}
