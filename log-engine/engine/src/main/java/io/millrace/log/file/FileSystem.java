package io.millrace.log.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * A tree of files below one root. Paths are relative to it, with {@code /} between names. Methods
 * are safe for use from any thread.
 *
 * <p>What was created, renamed or deleted survives a power loss only after {@link #syncDirectory}
 * of the directory that holds the name; what was written only after {@link StoreFile#sync}.
 */
public interface FileSystem {

  /** Where the root is, for messages to people. */
  String description();

  /**
   * Opens an existing file for reading and writing.
   *
   * @throws java.io.FileNotFoundException when there is none
   */
  StoreFile open(String path) throws IOException;

  /** Creates and opens a file; an existing one is emptied. The directory must exist. */
  StoreFile create(String path) throws IOException;

  boolean exists(String path) throws IOException;

  /** The names in a directory, in no order; empty when there is no such directory. */
  List<String> list(String directory) throws IOException;

  /** Creates a directory and those above it as needed. */
  void createDirectories(String directory) throws IOException;

  /** Moves a file, replacing what is there, in one step that a crash cannot divide. */
  void rename(String from, String to) throws IOException;

  /** Deletes a file or an empty directory; nothing happens when it does not exist. */
  void delete(String path) throws IOException;

  /** Makes the names in a directory survive a power loss. The root is the empty path. */
  void syncDirectory(String directory) throws IOException;

  /** How many more bytes can be written, as far as the platform can tell. */
  long usableBytes() throws IOException;

  /**
   * Takes a lock that no other process and no other file system object can hold, until closed.
   *
   * @throws LockedException when somebody holds it
   */
  Closeable lock(String path) throws IOException;
}
