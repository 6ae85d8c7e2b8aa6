package io.millrace.server.cursor;

/** The cursor is gone, or goes down with its shard. The message says which. */
public final class CursorClosedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public CursorClosedException(String message) {
    super(message);
  }
}
