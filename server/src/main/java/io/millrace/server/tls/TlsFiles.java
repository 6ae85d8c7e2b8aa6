package io.millrace.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What the files held at one moment. Two are equal when every file holds the same; so a change is
 * seen whatever became of the files' times. Immutable.
 */
final class TlsFiles {
  private static final int MAX_BYTES = 1 << 20;

  private final Map<Path, ByteBuffer> contents;

  private TlsFiles(Map<Path, ByteBuffer> contents) {
    this.contents = contents;
  }

  /**
   * Reads all files.
   *
   * @throws TlsException when one cannot be read
   */
  static TlsFiles read(TlsPaths paths) throws TlsException {
    Map<Path, ByteBuffer> contents = new LinkedHashMap<>();
    for (Path path : paths.all()) {
      contents.put(path, ByteBuffer.wrap(read(path)));
    }
    return new TlsFiles(contents);
  }

  private static byte[] read(Path path) throws TlsException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new TlsException(path + " is larger than 1 MiB, which no certificate or key is");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new TlsException("there is no file " + path.toAbsolutePath(), e);
    } catch (AccessDeniedException e) {
      throw new TlsException(path + " may not be read by the server's user", e);
    } catch (IOException e) {
      throw new TlsException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** What one of the files held. */
  byte[] bytes(Path path) {
    return Objects.requireNonNull(contents.get(path)).array().clone();
  }

  /** The same, as a stream. */
  InputStream open(Path path) {
    return new ByteArrayInputStream(Objects.requireNonNull(contents.get(path)).array());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TlsFiles files && contents.equals(files.contents);
  }

  @Override
  public int hashCode() {
    return contents.hashCode();
  }
}
