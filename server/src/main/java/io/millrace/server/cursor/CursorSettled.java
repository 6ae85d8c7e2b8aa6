package io.millrace.server.cursor;

import io.millrace.server.shard.MergeableRecord;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages are settled: acknowledged, expired, moved to the dead letters, or no longer there.
 *
 * @param key the part
 * @param runs which ones; not empty
 */
record CursorSettled(CursorKey key, List<OffsetRun> runs) implements CursorRecord, MergeableRecord {
  static final RecordType TYPE = new RecordType(61, "cursor-settled", 1, CursorSettled::read);

  /** Apart from the keys of other mergeable records. */
  private record MergeKey(CursorKey key) {}

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public Object mergeKey() {
    return new MergeKey(key);
  }

  @Override
  public MergeableRecord mergedWith(MergeableRecord later) {
    List<OffsetRun> next = ((CursorSettled) later).runs;
    List<OffsetRun> all = new ArrayList<>(runs.size() + next.size());
    all.addAll(runs);
    for (OffsetRun run : next) {
      OffsetRun last = all.get(all.size() - 1);
      if (run.first() == last.last() + 1) {
        all.set(all.size() - 1, new OffsetRun(last.first(), run.last()));
      } else {
        all.add(run);
      }
    }
    return new CursorSettled(key, all);
  }

  @Override
  public void write(StateWriter out) {
    key.write(out);
    OffsetRun.writeAll(runs, out);
  }

  private static StateRecord read(StateReader in, int version) {
    return new CursorSettled(CursorKey.read(in), OffsetRun.readAll(in));
  }
}
