package io.millrace.log.local.segment;

import io.millrace.batch.RecordBatchView;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the segment that takes the place of compacted ones: a file of its own, with a name that
 * nothing refers to before it is finished. One thread.
 */
public final class CompactedWriter {
  private static final int BUFFER_BYTES = 256 * 1024;

  private final FileCache cache;
  private final String directory;
  private final Segment segment;
  private final long nextOffset;
  private final RecordBatchView view = new RecordBatchView();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private FileCache.@Nullable Lease lease;
  private long written;

  /**
   * @param nextOffset behind the last record of those that are replaced
   */
  CompactedWriter(FileCache cache, String directory, Segment segment, long nextOffset)
      throws IOException {
    this.cache = cache;
    this.directory = directory;
    this.segment = segment;
    this.nextOffset = nextOffset;
    if (cache.files().exists(segment.indexPath())) {
      // Left by a run that did not finish, of a file with this name.
      cache.forget(segment.indexPath());
      cache.files().delete(segment.indexPath());
    }
    this.lease = cache.create(segment.path());
  }

  /** Adds a batch, which must lie behind the others. Its bytes are copied. */
  public void add(ByteBuffer batch) throws IOException {
    int size = batch.remaining();
    view.wrap(batch, batch.position());
    if (size > buffer.remaining()) {
      flush();
    }
    if (size > buffer.capacity()) {
      file().file().write(batch.duplicate(), written);
      written += size;
    } else {
      buffer.put(batch.duplicate());
    }
    // In memory only: nobody reads the segment before it is finished.
    segment.appended(view.baseOffset(), view.nextOffset(), size, view.maxTimestamp());
  }

  private void flush() throws IOException {
    int size = buffer.flip().remaining();
    if (size > 0) {
      file().file().write(buffer, written);
      written += size;
    }
    buffer.clear();
  }

  private FileCache.Lease file() {
    FileCache.Lease open = lease;
    if (open == null) {
      throw new IllegalStateException(segment.path() + " is finished");
    }
    return open;
  }

  /** Bytes of what was added. */
  public long sizeInBytes() {
    return segment.sizeInBytes();
  }

  /**
   * Makes the file and its name survive a power loss.
   *
   * @return what can be put in the place of the others
   */
  public Segment finish() throws IOException {
    if (segment.sizeInBytes() == 0 || segment.nextOffset() != nextOffset) {
      throw new IllegalStateException(
          segment.path() + " ends at " + segment.nextOffset() + " instead of " + nextOffset);
    }
    flush();
    segment.flushIndex();
    segment.sync();
    segment.markClean();
    segment.markNameSynced();
    file().close();
    lease = null;
    return segment;
  }

  /** Makes the name survive; a failure of that is one of the whole directory. */
  public void syncName() throws IOException {
    cache.files().syncDirectory(directory);
  }

  /** Gives up: the file goes. Idempotent; also behind {@link #finish}, where it is not used. */
  public void abandon() {
    FileCache.Lease open = lease;
    if (open != null) {
      open.close();
      lease = null;
    }
    segment.delete();
  }

  /** Closes the file and leaves it to the next life of the store. Idempotent. */
  public void leave() {
    FileCache.Lease open = lease;
    if (open != null) {
      open.close();
      lease = null;
    }
  }
}
