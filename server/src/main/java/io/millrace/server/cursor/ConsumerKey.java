package io.millrace.server.cursor;

import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateWriter;
import java.util.UUID;

/**
 * Names a consumer for as long as its connection lives, breaks and restarts included.
 *
 * @param connection the connection's key
 * @param consumer the client's number of the consumer
 */
public record ConsumerKey(UUID connection, int consumer) {
  public void write(StateWriter out) {
    out.putUuid(connection).putInt(consumer);
  }

  public static ConsumerKey read(StateReader in) {
    return new ConsumerKey(in.getUuid(), in.getInt());
  }
}
