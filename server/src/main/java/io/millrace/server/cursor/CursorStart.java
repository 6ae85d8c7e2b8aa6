package io.millrace.server.cursor;

/** Where a new cursor begins. */
public enum CursorStart {
  /** With the oldest record kept. */
  BEGINNING,
  /** At the log's last stable offset: behind the newest record that can be delivered. */
  END
}
