package io.millrace.server.tx;

import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateWriter;
import java.util.UUID;

/**
 * Names a local transaction.
 *
 * @param connection the connection's key, the same across reconnects
 * @param session the client's number of the session
 * @param transaction rises within the session
 */
public record TxKey(UUID connection, int session, long transaction) {

  /** Where a session's transactions are remembered. */
  record SessionKey(UUID connection, int session) {}

  SessionKey sessionKey() {
    return new SessionKey(connection, session);
  }

  void write(StateWriter out) {
    out.putUuid(connection).putInt(session).putLong(transaction);
  }

  static TxKey read(StateReader in) {
    return new TxKey(in.getUuid(), in.getInt(), in.getLong());
  }
}
