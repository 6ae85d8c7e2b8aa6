package io.millrace.server.boot;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The directory of a server: the store, the token of the admin API, the run file, the server's own
 * messages.
 *
 * @param path absolute
 */
record DataDirectory(Path path) {

  /**
   * Creates it when it is missing.
   *
   * @throws IOException when it cannot be used; the message says why
   */
  static DataDirectory open(String name) throws IOException {
    Path path = Path.of(name).toAbsolutePath().normalize();
    try {
      Files.createDirectories(path);
    } catch (FileAlreadyExistsException e) {
      throw new IOException("the data directory " + path + " is not a directory", e);
    } catch (IOException e) {
      throw new IOException("cannot create the data directory " + path + ": " + e, e);
    }
    if (!Files.isWritable(path)) {
      throw new IOException("the data directory " + path + " is not writable for this user");
    }
    return new DataDirectory(path);
  }
}
