package io.millrace.server.cursor;

/** Where a new cursor begins. */
public enum CursorStart {
  /** With the oldest record kept. */
  BEGINNING,
  /** Behind the newest durable record. */
  END
}
