package io.millrace.server.net;

/** What a door is told of its connection, as an event in its pipeline. */
public enum ConnectionEvent {
  /** The server stops: nothing more is read, and what can be answered now should be. */
  SHUTDOWN
}
