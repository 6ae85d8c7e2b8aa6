package io.millrace.log.local.recovery;

import io.millrace.log.file.FileSystem;
import io.millrace.log.file.StoreFile;
import io.millrace.log.local.format.VersionFormat;
import io.millrace.log.local.journal.JournalFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Pass 1: takes a data directory for this process and makes sure that its format is known. */
public final class OpenDirectory {
  public static final String LOCK_FILE = "lock";
  private static final int MAX_VERSION_BYTES = 256;

  private OpenDirectory() {}

  /**
   * Takes the directory; an empty one is made ready.
   *
   * @return gives it back when closed
   * @throws io.millrace.log.file.LockedException when somebody else has it
   * @throws IOException also when it was written by a newer version, or is something else
   */
  public static Closeable take(FileSystem files) throws IOException {
    Closeable lock = files.lock(LOCK_FILE);
    try {
      boolean known = files.exists(VersionFormat.FILE);
      if (known) {
        checkVersion(files);
      }
      // Also for a known one: a crash while it was made may have left the version and not these.
      files.createDirectories(JournalFiles.DIRECTORY);
      files.createDirectories(RecoveredLog.DIRECTORY);
      if (!known) {
        writeVersion(files);
      }
      return lock;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static void checkVersion(FileSystem files) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(MAX_VERSION_BYTES);
    try (StoreFile file = files.open(VersionFormat.FILE)) {
      file.read(text, 0);
    }
    int version = VersionFormat.parse(text.flip());
    if (version < 1) {
      throw new IOException(
          files.description() + "/" + VersionFormat.FILE + " does not name a format version");
    }
    if (version > VersionFormat.VERSION) {
      throw new IOException(
          files.description()
              + " has format version "
              + version
              + "; this server knows versions up to "
              + VersionFormat.VERSION
              + ". Start the newer server that wrote it");
    }
  }

  private static void writeVersion(FileSystem files) throws IOException {
    String temporary = VersionFormat.FILE + ".next";
    try (StoreFile file = files.create(temporary)) {
      file.write(VersionFormat.current(), 0);
      file.sync();
    }
    files.rename(temporary, VersionFormat.FILE);
    files.syncDirectory("");
  }
}
