package io.millrace.server.shard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Records that were replayed and wait to be appended to the state log, in order. Neighbouring
 * mergeable records of one key become one, so that a thousand acknowledgements between two group
 * commits cost one record. One thread.
 */
final class StateBuffer {
  /**
   * A weight that is appended at once: far below what one batch may have, because the last request
   * or snapshot comes on top.
   */
  static final long LARGE_BYTES = 16 << 20;

  private final List<StateRecord> records = new ArrayList<>();
  private long weight;

  /** Where the newest mergeable record of a key lies; emptied by every other kind of record. */
  private final Map<Object, Integer> mergeable = new HashMap<>();

  void add(StateRecord record) {
    weight += record.weight();
    if (record instanceof MergeableRecord next) {
      Integer at = mergeable.get(next.mergeKey());
      if (at != null && records.get(at) instanceof MergeableRecord earlier) {
        records.set(at, earlier.mergedWith(next));
        return;
      }
      mergeable.put(next.mergeKey(), records.size());
    } else {
      mergeable.clear();
    }
    records.add(record);
  }

  List<StateRecord> records() {
    return records;
  }

  /** Of all records together, or somewhat more; see {@link StateRecord#weight}. */
  long weight() {
    return weight;
  }

  /** Whether it is to be appended before anything else is added. */
  boolean isLarge() {
    return weight >= LARGE_BYTES;
  }

  int size() {
    return records.size();
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  void clear() {
    records.clear();
    weight = 0;
    mergeable.clear();
  }
}
