package io.millrace.log.local.segment;

import io.millrace.batch.RecordBatchView;
import io.millrace.log.LogConfig;
import io.millrace.log.file.NoSpaceException;
import io.millrace.log.file.StoreFile;
import io.millrace.log.local.format.SegmentSummary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The segments of one log, oldest first. Methods that change something are called under the log's
 * write lock; the others are safe from any thread and see what was published last.
 */
public final class LogSegments {
  private final FileCache cache;
  private final String directory;
  private volatile Segment[] segments = new Segment[0];
  private volatile long endOffset;
  private boolean directoryMade;
  private boolean directorySynced;

  /**
   * @param existing what is known of the segments on disk
   * @param endOffset the offset behind the last of them
   */
  public LogSegments(
      FileCache cache, String directory, List<SegmentSummary> existing, long endOffset) {
    this.cache = cache;
    this.directory = directory;
    this.endOffset = endOffset;
    Segment[] loaded = new Segment[existing.size()];
    for (int i = 0; i < loaded.length; i++) {
      long next = i + 1 < loaded.length ? existing.get(i + 1).baseOffset() : endOffset;
      loaded[i] = Segment.existing(cache, directory, existing.get(i), next);
    }
    segments = loaded;
    directoryMade = loaded.length > 0;
    directorySynced = directoryMade;
  }

  public String directory() {
    return directory;
  }

  /** Records below can be read from the segments. */
  public long endOffset() {
    return endOffset;
  }

  /** Bytes of all segments. */
  public long sizeInBytes() {
    long bytes = 0;
    for (Segment segment : segments) {
      bytes += segment.sizeInBytes();
    }
    return bytes;
  }

  /** The segments now; later changes do not show. */
  public List<Segment> list() {
    return List.of(segments);
  }

  /** The segment that contains an offset, or null when none does. */
  @Nullable Segment find(long offset) {
    Segment[] now = segments;
    int low = 0;
    int high = now.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (now[middle].baseOffset() <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return now.length > 0 && offset >= now[low].baseOffset() && offset < now[low].nextOffset()
        ? now[low]
        : null;
  }

  /** The first segment with records at or behind an offset, or null when there is none. */
  @Nullable Segment from(long offset) {
    Segment[] now = segments;
    int low = 0;
    int high = now.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (now[middle].nextOffset() <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < now.length ? now[low] : null;
  }

  /** Whether a segment is no longer here, but another one with its last record is. */
  @SuppressWarnings("ReferenceEquality")
  boolean isReplaced(Segment segment) {
    Segment now = find(segment.nextOffset() - 1);
    return now != null && now != segment;
  }

  /**
   * Puts a compacted segment in the place of those whose records it has. Their files stay.
   *
   * @param replaced some of the segments, one behind the other, without the last of the log
   * @return false when they are not all here any more: nothing was changed then
   */
  @SuppressWarnings("ReferenceEquality")
  public boolean replace(List<Segment> replaced, Segment compacted) {
    Segment[] now = segments;
    int first = 0;
    while (first < now.length && now[first] != replaced.get(0)) {
      first++;
    }
    int behind = first + replaced.size();
    if (behind >= now.length) {
      return false;
    }
    for (int i = first; i < behind; i++) {
      if (now[i] != replaced.get(i - first)) {
        return false;
      }
    }
    List<Segment> next = new ArrayList<>(List.of(now).subList(0, first));
    next.add(compacted);
    next.addAll(List.of(now).subList(behind, now.length));
    segments = next.toArray(new Segment[0]);
    return true;
  }

  /** Whether compaction has written one of them. */
  public boolean areCompacted() {
    for (Segment segment : segments) {
      if (segment.isCompacted()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Deletes what compaction has left when the process ended: files that it did not finish, and
   * those that it had replaced.
   *
   * @return the highest generation of a file that is, or was, here
   */
  public int removeLeftovers() throws IOException {
    Segment[] now = segments;
    long last = now.length == 0 ? -1 : now[now.length - 1].baseOffset();
    int highest = 0;
    boolean changed = false;
    Set<String> known = fileNames();
    for (String name : cache.files().list(directory)) {
      SegmentNames parsed = SegmentNames.parse(name);
      if (parsed == null) {
        continue;
      }
      highest = Math.max(highest, parsed.generation());
      boolean isLeft = parsed.generation() > 0 || parsed.baseOffset() <= last;
      if (isLeft && !known.contains(name)) {
        // At once and not in the background, where it could take a new file of that name.
        cache.forget(directory + "/" + name);
        cache.files().delete(directory + "/" + name);
        changed = true;
      }
    }
    if (changed) {
      cache.files().syncDirectory(directory);
    }
    return highest;
  }

  /** The names of all segments' files, and those that their indexes have or would have. */
  Set<String> fileNames() {
    Set<String> names = new HashSet<>();
    for (Segment segment : segments) {
      names.add(segment.path().substring(directory.length() + 1));
      names.add(segment.indexPath().substring(directory.length() + 1));
    }
    return names;
  }

  /**
   * Begins to write what compaction leaves of some segments.
   *
   * @param generation see {@link Segment#createCompacted}
   */
  public CompactedWriter compactTo(List<Segment> replaced, int generation) throws IOException {
    Segment last = replaced.get(replaced.size() - 1);
    Segment fresh =
        Segment.createCompacted(
            cache, directory, replaced.get(0).baseOffset(), generation, last.createdMs());
    return new CompactedWriter(cache, directory, fresh, last.nextOffset());
  }

  /**
   * Writes batches at the end, beginning new segments as the configuration asks. What was written
   * before a failure counts; the rest may be written again.
   */
  public void append(List<? extends LogBatch> batches, LogConfig config, GatherBuffer gather)
      throws IOException {
    int next = 0;
    while (next < batches.size()) {
      Segment active = activeFor(batches.get(next), config);
      try (FileCache.Lease lease = active.openForWriting(true)) {
        int first = next;
        long end = active.sizeInBytes();
        do {
          LogBatch batch = batches.get(next);
          gather.add(batch.bytes());
          end += batch.size();
          next++;
        } while (next < batches.size()
            && batches.get(next).baseOffset() == batches.get(next - 1).nextOffset()
            && !gather.isFull()
            && fits(active, end, batches.get(next), config));
        write(gather, lease.file(), active.sizeInBytes());
        for (int i = first; i < next; i++) {
          active.appended(batches.get(i));
          endOffset = active.nextOffset();
        }
      }
    }
  }

  /**
   * What does not fit is cut off again: whole batches in it must not be taken for appended ones.
   */
  private static void write(GatherBuffer gather, StoreFile file, long position) throws IOException {
    try {
      gather.writeTo(file, position);
    } catch (NoSpaceException e) {
      file.truncate(position);
      throw e;
    }
  }

  private Segment activeFor(LogBatch batch, LogConfig config) throws IOException {
    Segment[] now = segments;
    if (now.length > 0) {
      Segment active = now[now.length - 1];
      boolean follows = active.nextOffset() == batch.baseOffset();
      if (follows
          && (active.sizeInBytes() == 0 || fits(active, active.sizeInBytes(), batch, config))) {
        return active;
      }
      active.flushIndex();
    }
    if (!directoryMade) {
      cache.files().createDirectories(directory);
      directoryMade = true;
    }
    Segment fresh = Segment.create(cache, directory, batch.baseOffset(), batch.appendedMs());
    Segment[] more = Arrays.copyOf(now, now.length + 1);
    more[now.length] = fresh;
    segments = more;
    return fresh;
  }

  /** Adds a segment whose file was found. Its batches follow by {@link #adopt}. */
  Segment addFound(long baseOffset, long createdMs) {
    Segment[] now = segments;
    Segment fresh = Segment.create(cache, directory, baseOffset, createdMs);
    Segment[] more = Arrays.copyOf(now, now.length + 1);
    more[now.length] = fresh;
    segments = more;
    directoryMade = true;
    return fresh;
  }

  /** Takes over a batch that lies at the end of the last segment. */
  void adopt(Segment last, RecordBatchView batch) throws IOException {
    last.appended(
        batch.baseOffset(), batch.nextOffset(), batch.sizeInBytes(), batch.maxTimestamp());
    endOffset = last.nextOffset();
  }

  /** Takes out the last segment: there is nothing in it, or it was deleted. */
  void dropLast() {
    segments = Arrays.copyOf(segments, segments.length - 1);
  }

  private static boolean fits(Segment active, long end, LogBatch batch, LogConfig config) {
    return end + batch.size() <= config.segmentBytes()
        && batch.appendedMs() - active.createdMs() < config.segmentMs();
  }

  /**
   * Makes sure that the last segment is there, as long as it was synced.
   *
   * @throws io.millrace.log.CorruptLogException when it is not
   */
  public void verifyEnd() throws IOException {
    Segment[] now = segments;
    if (now.length > 0) {
      now[now.length - 1].verify();
    }
  }

  /** What must be synced so that all that was written so far survives a power loss. */
  public SyncTask beginSync() {
    List<Segment> dirty = new ArrayList<>();
    boolean names = false;
    for (Segment segment : segments) {
      if (segment.isDirty()) {
        dirty.add(segment);
        segment.markClean();
        names |= !segment.isNameSynced();
      }
    }
    boolean parent = names && !directorySynced;
    return new SyncTask(dirty, names, parent, endOffset, summaries());
  }

  /**
   * Syncing, which takes long, without the write lock. One at a time per log.
   *
   * @param endOffset what is synced afterwards
   * @param summaries the segments as they are synced afterwards
   */
  public record SyncTask(
      List<Segment> dirty,
      boolean names,
      boolean parent,
      long endOffset,
      List<SegmentSummary> summaries) {}

  /** Does what {@link #beginSync} found. */
  public void sync(SyncTask task) throws IOException {
    for (Segment segment : task.dirty) {
      segment.flushIndex();
      segment.sync();
    }
    if (task.names) {
      cache.files().syncDirectory(directory);
      task.dirty.forEach(Segment::markNameSynced);
    }
    if (task.parent) {
      int slash = directory.lastIndexOf('/');
      cache.files().syncDirectory(slash < 0 ? "" : directory.substring(0, slash));
      directorySynced = true;
    }
  }

  private List<SegmentSummary> summaries() {
    List<SegmentSummary> all = new ArrayList<>();
    for (Segment segment : segments) {
      if (segment.sizeInBytes() > 0) {
        all.add(segment.summary());
      }
    }
    return all;
  }

  /**
   * Begins at an offset, which may be beyond the end. What the last checkpoint does not cover stays
   * until the next one, for another recovery to learn from. Recovery only.
   */
  public void startAt(long offset, long checkpointOffset) {
    removeBelow(Math.min(offset, checkpointOffset));
    endOffset = Math.max(endOffset, offset);
  }

  /** Goes on at an offset behind the end: what lies between is gone. Recovery only. */
  void skipTo(long offset) {
    endOffset = offset;
  }

  /** Deletes the files of a segment that was replaced, as soon as nobody reads them. */
  public void discard(Segment replaced) {
    replaced.delete();
  }

  /** Takes out the segments all of whose records lie below an offset. The files are deleted. */
  public void removeBelow(long offset) {
    Segment[] now = segments;
    int gone = 0;
    while (gone < now.length && now[gone].sizeInBytes() > 0 && now[gone].nextOffset() <= offset) {
      gone++;
    }
    if (gone > 0) {
      segments = Arrays.copyOfRange(now, gone, now.length);
      for (int i = 0; i < gone; i++) {
        now[i].delete();
      }
    }
  }
}
