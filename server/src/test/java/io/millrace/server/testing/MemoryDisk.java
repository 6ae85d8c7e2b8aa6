package io.millrace.server.testing;

import io.millrace.log.LogId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** What survives the death of a {@link MemoryStore}: durable batches only. */
public final class MemoryDisk {
  final Map<LogId, Kept> logs = new ConcurrentHashMap<>();

  /** One log's durable part: batches by their base offset. */
  static final class Kept {
    final TreeMap<Long, byte[]> batches = new TreeMap<>();
    long start;
    long end;
  }

  /** The durable batches of a log, in order; empty when it does not exist. */
  public List<byte[]> batches(LogId id) {
    Kept kept = logs.get(id);
    return kept == null ? List.of() : new ArrayList<>(kept.batches.values());
  }

  /** The logs whose durable part exists. */
  public List<LogId> logIds() {
    return new ArrayList<>(logs.keySet());
  }
}
