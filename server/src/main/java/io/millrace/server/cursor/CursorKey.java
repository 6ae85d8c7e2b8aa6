package io.millrace.server.cursor;

import io.millrace.log.LogId;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateWriter;
import java.util.UUID;

/**
 * Names the part of a cursor that stands over one partition.
 *
 * @param topicId the topic
 * @param partition the partition
 * @param cursorId {@link #QUEUE} for the cursor that makes a topic a queue, else the subscription's
 *     id
 */
public record CursorKey(UUID topicId, int partition, UUID cursorId) {
  /** The cursor of a queue. */
  public static final UUID QUEUE = new UUID(0, 0);

  /** Whether it is a queue's own, which begins with the log's first message. */
  public boolean isQueue() {
    return cursorId.equals(QUEUE);
  }

  /** Whether it is a share group's, by {@link ShareCursorId}. */
  public boolean isShare() {
    return ShareCursorId.is(cursorId);
  }

  /** The log that the cursor stands over. */
  public LogId log() {
    return new LogId(topicId, partition);
  }

  public void write(StateWriter out) {
    out.putUuid(topicId).putInt(partition).putUuid(cursorId);
  }

  public static CursorKey read(StateReader in) {
    return new CursorKey(in.getUuid(), in.getInt(), in.getUuid());
  }
}
