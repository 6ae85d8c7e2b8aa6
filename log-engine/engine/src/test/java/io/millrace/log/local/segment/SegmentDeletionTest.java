package io.millrace.log.local.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.file.FileSystem;
import io.millrace.log.file.MemoryFileSystem;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

/** The keeper flushes a segment's index while the journal's thread deletes the segment. */
class SegmentDeletionTest {
  private static final String DIRECTORY = "logs";

  private final MemoryFileSystem files = new MemoryFileSystem();
  private Runnable atNextIndex = () -> {};
  private final FileCache cache = new FileCache(interrupted(), 0, Runnable::run);

  /** The files, and what another thread does just before an index is opened or created. */
  private FileSystem interrupted() {
    return (FileSystem)
        Proxy.newProxyInstance(
            FileSystem.class.getClassLoader(),
            new Class<?>[] {FileSystem.class},
            (proxy, method, arguments) -> {
              boolean opens = method.getName().equals("open") || method.getName().equals("create");
              if (opens && arguments[0].toString().endsWith(SegmentNames.INDEX_SUFFIX)) {
                Runnable other = atNextIndex;
                atNextIndex = () -> {};
                other.run();
              }
              try {
                return method.invoke(files, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void anIndexThatGoesWithItsSegmentIsNotMissed() throws Exception {
    // given
    Segment segment = segment();
    fill(segment);
    segment.flushIndex();
    assertThat(files.exists(segment.indexPath())).isTrue();
    fill(segment);

    // when
    atNextIndex = segment::delete;
    segment.flushIndex();

    // then
    assertThat(files.paths()).isEmpty();
  }

  @Test
  void anIndexThatIsNewWhenItsSegmentGoesIsNotLeftBehind() throws Exception {
    // given
    Segment segment = segment();
    fill(segment);

    // when
    atNextIndex = segment::delete;
    segment.flushIndex();

    // then
    assertThat(files.paths()).isEmpty();
  }

  private Segment segment() throws Exception {
    files.createDirectories(DIRECTORY);
    Segment segment = Segment.create(cache, DIRECTORY, 0, 0);
    segment.openForWriting(true).close();
    return segment;
  }

  /** Enough for an index to be written. */
  private static void fill(Segment segment) throws Exception {
    for (int i = 0; i < 20; i++) {
      long next = segment.nextOffset();
      segment.appended(next, next + 1, SparseIndex.INTERVAL_BYTES, next);
    }
  }
}
