package io.millrace.log.local.journal;

import io.millrace.kernel.Failures;
import io.millrace.log.file.FileSystem;
import io.millrace.log.file.NoSpaceException;
import io.millrace.log.file.StoreFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The slots of the journal: the free ones and the closed ones. Safe for use from any thread: the
 * journal's agent takes slots, the keeper's makes new ones and gives used ones back.
 */
public final class JournalFiles implements AutoCloseable {
  public static final String DIRECTORY = "journal";

  private static final int SPARES = 2;
  private static final int ZEROS_BYTES = 1 << 20;

  private final FileSystem files;
  private final int fileBytes;
  private final int maxFiles;
  private final Deque<JournalSlot> free = new ArrayDeque<>();
  private final Deque<ClosedFile> closed = new ArrayDeque<>();
  private final Set<String> names = new HashSet<>();
  private int total;

  /**
   * @param maxFiles how many files there are at most
   */
  public JournalFiles(FileSystem files, int fileBytes, int maxFiles) {
    this.files = files;
    this.fileBytes = fileBytes;
    this.maxFiles = maxFiles;
  }

  /** Adds a file that was found, whose contents are not needed. */
  public synchronized void addFree(JournalSlot slot) {
    names.add(slot.path());
    total++;
    if (slot.capacity() >= fileBytes) {
      free.add(slot);
    } else {
      discard(slot);
    }
  }

  /** Adds a file that was found, whose contents are needed. Oldest first. */
  public synchronized void addClosed(ClosedFile file) {
    names.add(file.slot().path());
    total++;
    closed.add(file);
  }

  /** Takes a free file; null when there is none. */
  public synchronized @Nullable JournalSlot takeFree() {
    return free.poll();
  }

  /** Says that a taken file is full. */
  public synchronized void close(ClosedFile file) {
    closed.add(file);
  }

  /** Whether a file can be taken now. */
  public synchronized boolean hasFree() {
    return !free.isEmpty();
  }

  /** Whether another file should be made, and may be. */
  public synchronized boolean wantsSpare() {
    return free.size() < SPARES && total < maxFiles;
  }

  /**
   * Makes a new free file of zeros, so that writing to it later changes no metadata. Takes long.
   *
   * @throws NoSpaceException when the disk is full; nothing is left behind
   */
  public void makeSpare() throws IOException {
    String path;
    synchronized (this) {
      int number = 1;
      while (!names.add(name(number))) {
        number++;
      }
      path = name(number);
      total++;
    }
    try {
      StoreFile file = files.create(path);
      try {
        ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(ZEROS_BYTES, fileBytes));
        for (int at = 0; at < fileBytes; at += zeros.capacity()) {
          zeros.clear().limit(Math.min(zeros.capacity(), fileBytes - at));
          file.write(zeros, at);
        }
        file.sync();
        files.syncDirectory(DIRECTORY);
      } catch (IOException e) {
        file.close();
        files.delete(path);
        throw e;
      }
      synchronized (this) {
        free.add(new JournalSlot(path, file, fileBytes));
      }
    } catch (IOException e) {
      synchronized (this) {
        names.remove(path);
        total--;
      }
      throw e;
    }
  }

  private static String name(int number) {
    return DIRECTORY + "/" + number + ".journal";
  }

  /** Bytes of the closed files. */
  public synchronized long closedBytes() {
    return closed.stream().mapToLong(ClosedFile::endPosition).sum();
  }

  /** The sequence number of the newest closed file; -1 when there is none. */
  public synchronized long newestClosed() {
    return closed.isEmpty() ? -1 : closed.getLast().sequence();
  }

  /** The closed files, oldest first. */
  public synchronized List<ClosedFile> closedFiles() {
    return new ArrayList<>(closed);
  }

  /** Gives back the closed files up to a sequence number, for new contents. */
  public synchronized void recycle(long upToSequence) {
    while (!closed.isEmpty() && closed.getFirst().sequence() <= upToSequence) {
      JournalSlot slot = closed.removeFirst().slot();
      if (slot.capacity() >= fileBytes) {
        free.add(slot);
      } else {
        discard(slot);
      }
    }
  }

  /** Deletes a file that is smaller than is asked for now. */
  private void discard(JournalSlot slot) {
    closeQuietly(slot);
    names.remove(slot.path());
    total--;
    try {
      files.delete(slot.path());
    } catch (IOException e) {
      Failures.report("deleting " + slot.path(), e);
    }
  }

  /** How many files there are. */
  public synchronized int count() {
    return total;
  }

  @Override
  public synchronized void close() {
    for (JournalSlot slot : free) {
      closeQuietly(slot);
    }
    for (ClosedFile file : closed) {
      closeQuietly(file.slot());
    }
    free.clear();
    closed.clear();
  }

  static void closeQuietly(JournalSlot slot) {
    try {
      slot.file().close();
    } catch (IOException e) {
      Failures.report("closing " + slot.path(), e);
    }
  }
}
