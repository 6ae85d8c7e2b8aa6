package io.millrace.server.cursor;

import io.millrace.server.shard.Shard;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log that consumers are gone whose connections broke: one line for those of a
 * partition that go within {@value #GATHER_MS} ms, however many they are. The shard's thread.
 */
final class LostConsumers {
  private static final Logger LOG = LoggerFactory.getLogger(LostConsumers.class);
  private static final int GATHER_MS = 1_000;

  private final Shard<?> shard;
  private final CursorLogs logs;
  private final Map<CursorKey, Gathered> unsaid = new HashMap<>();

  LostConsumers(Shard<?> shard, CursorLogs logs) {
    this.shard = shard;
    this.logs = logs;
  }

  private static final class Gathered {
    int consumers;
    long messages;
  }

  /**
   * Notes one.
   *
   * @param messages how many it had that it had not acknowledged
   */
  void add(CursorKey of, long messages) {
    Gathered gathered = unsaid.get(of);
    if (gathered == null) {
      gathered = new Gathered();
      unsaid.put(of, gathered);
      shard.timers().after(GATHER_MS, () -> say(of));
    }
    gathered.consumers++;
    gathered.messages += messages;
  }

  private void say(CursorKey of) {
    Gathered gathered = unsaid.remove(of);
    if (gathered != null) {
      LOG.info(
          "{}: the connections of {} consumers broke and did not come back; {} messages that they"
              + " had not acknowledged are delivered again",
          logs.nameOf(of.log()),
          gathered.consumers,
          gathered.messages);
    }
  }
}
