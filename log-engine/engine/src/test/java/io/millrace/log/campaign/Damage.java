package io.millrace.log.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.CorruptLogException;
import io.millrace.log.Log;
import io.millrace.log.TimestampOffset;
import io.millrace.log.contract.RecordingListener;
import io.millrace.log.file.MemoryFileSystem;
import io.millrace.log.file.StoreFile;
import io.millrace.log.local.format.Checksums;
import io.millrace.log.local.format.JournalFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Flips a bit in a file of a store, while it runs or when it has ended: what was durable is then
 * served as it was, or reported as damaged, and never served otherwise nor left out in silence.
 * Only what was hit may be reported:
 *
 * <ul>
 *   <li>A segment's file is that of one log: the store starts, and every other log is whole.
 *   <li>An index only repeats what the segment beside it says: no log is lost with it.
 *   <li>The manifest and the journal are those of all logs, and say nothing twice: the store may
 *       refuse to start. When it starts, it has found enough, as after a crash that tore the last
 *       checkpoint or commit: then no log has lost anything.
 * </ul>
 *
 * <p>Left out are the places where damage cannot be told from a write that a crash tore: the newest
 * commit of the journal, and what segments hold beyond the last checkpoint.
 */
final class Damage {
  private static final String LOGS = "logs/";
  private static final String SEGMENT = ".log";

  private final Random random;
  private final FaultyStore store;
  private final List<LogModel> models;

  Damage(Random random, FaultyStore store, List<LogModel> models) {
    this.random = random;
    this.store = store;
    this.models = models;
  }

  /** In a segment of a store that serves, which is at rest; afterwards all is as it was. */
  void inflictWhileRunning() throws IOException {
    List<String> paths =
        store.files().memory().paths().stream()
            .filter(path -> path.startsWith(LOGS) && path.endsWith(SEGMENT))
            .toList();
    if (paths.isEmpty()) {
      return;
    }
    String path = paths.get(random.nextInt(paths.size()));
    long size = size(path);
    if (size == 0) {
      return;
    }
    long position = (long) (random.nextDouble() * size);
    int bit = random.nextInt(8);
    store.files().memory().flipBit(path, position, bit);
    try {
      checkAll(path, false);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          what(path, position, bit) + " under a running store: " + e.getMessage(), e);
    } finally {
      store.files().memory().flipBit(path, position, bit);
    }
  }

  private static String what(String path, long position, int bit) {
    return "bit " + bit + " of byte " + position + " of " + path + " flipped";
  }

  void inflict() throws IOException {
    boolean orderly = random.nextBoolean();
    if (orderly) {
      store.close();
    }
    store.kill(random.nextLong());
    List<String> paths =
        store.files().memory().paths().stream()
            .filter(path -> path.contains("/") || path.equals("manifest"))
            .toList();
    String path = paths.get(random.nextInt(paths.size()));
    long limit = path.startsWith("journal/") ? provablySynced(path) : size(path);
    if (limit == 0) {
      return;
    }
    long position = (long) (random.nextDouble() * limit);
    int bit = random.nextInt(8);
    store.files().memory().flipBit(path, position, bit);
    boolean mayBeTorn = !orderly && path.endsWith(SEGMENT);
    try {
      check(path, mayBeTorn);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(what(path, position, bit) + ": " + e.getMessage(), e);
    }
  }

  private long size(String path) throws IOException {
    try (StoreFile file = store.files().memory().open(path)) {
      return file.size();
    }
  }

  private void check(String path, boolean mayBeTorn) throws IOException {
    try {
      store.start();
    } catch (CorruptLogException reported) {
      if (path.startsWith(LOGS)) {
        throw new AssertionError("the store does not start: " + reported.getMessage(), reported);
      }
      return;
    }
    checkAll(path, mayBeTorn);
  }

  private void checkAll(String path, boolean mayBeTorn) throws IOException {
    for (LogModel model : models) {
      boolean hit = path.startsWith(LOGS + model.id + "/") && path.endsWith(SEGMENT);
      try {
        check(model, mayBeTorn && hit);
      } catch (CorruptLogException reported) {
        if (!hit) {
          throw new AssertionError(
              model.id + ", which was not hit, is reported: " + reported.getMessage(), reported);
        }
      }
    }
  }

  private void check(LogModel model, boolean mayBeTorn) throws IOException {
    Log log = store.await(store.store().open(model.id, model.config, new RecordingListener()));
    long end = log.durableOffset();
    assertThat(end).as("end of %s", model.id).isLessThanOrEqualTo(model.end());
    if (!mayBeTorn) {
      assertThat(end).as("end of %s", model.id).isEqualTo(model.end());
      model.transactions.check(log, "damaged");
    }
    List<String> texts = new ArrayList<>();
    long start = log.startOffset();
    for (long offset = start; offset < end; ) {
      offset = store.readSome(log, offset, 1 + random.nextInt(30_000), end, texts);
    }
    assertThat(texts).as("records of %s", model.id).isEqualTo(model.expected(start, end));
    List<Sent> batches = model.batches(start, end);
    if (!batches.isEmpty()) {
      Sent sent = batches.get(random.nextInt(batches.size()));
      Optional<TimestampOffset> found = store.await(log.findTimestamp(sent.timestampMs()));
      assertThat(found).contains(new TimestampOffset(sent.timestampMs(), sent.base()));
    }
  }

  /** Up to where a later entry of the same file says that it was synced. */
  private long provablySynced(String path) throws IOException {
    MemoryFileSystem files = store.files().memory();
    try (StoreFile file = files.open(path)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
      file.read(bytes, 0);
      bytes.flip();
      Checksums checksums = new Checksums();
      if (!JournalFormat.isFileHeader(bytes, checksums)) {
        return 0;
      }
      long sequence = JournalFormat.fileSequence(bytes);
      int salt = JournalFormat.fileSalt(bytes);
      int at = JournalFormat.FILE_HEADER_BYTES;
      long synced = 0;
      while (JournalFormat.isEntry(bytes, at, sequence, salt, checksums)) {
        synced = JournalFormat.commitStart(bytes, at);
        at += JournalFormat.entryBytes(JournalFormat.bodyLength(bytes, at));
      }
      return synced;
    }
  }
}
