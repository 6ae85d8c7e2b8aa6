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
  private final List<StateRecord> records = new ArrayList<>();

  /** Where the newest mergeable record of a key lies; emptied by every other kind of record. */
  private final Map<Object, Integer> mergeable = new HashMap<>();

  void add(StateRecord record) {
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

  int size() {
    return records.size();
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  void clear() {
    records.clear();
    mergeable.clear();
  }
}
