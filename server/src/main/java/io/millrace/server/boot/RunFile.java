package io.millrace.server.boot;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;

/**
 * The note in a data directory that says which process serves it and where, for {@code stop},
 * {@code status} and the other commands. It is a hint: the lock of the store decides who may open
 * the directory.
 *
 * @param pid process id
 * @param startedMs when that process began, in milliseconds since 1970; tells a process id that was
 *     given away again from the server
 * @param nativeUri where Kafka and JMS clients connect
 * @param httpUri the console and the admin API
 */
public record RunFile(long pid, long startedMs, String nativeUri, String httpUri) {
  private static final String NAME = "millrace.run";

  /** Which file that is. */
  public static Path path(Path dataDir) {
    return dataDir.resolve(NAME);
  }

  /** What describes this process. */
  static RunFile ofThisProcess(String nativeUri, String httpUri) {
    ProcessHandle self = ProcessHandle.current();
    return new RunFile(self.pid(), startedMs(self), nativeUri, httpUri);
  }

  private static long startedMs(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /** Writes it whole or not at all. */
  void write(Path dataDir) throws IOException {
    Properties properties = new Properties();
    properties.setProperty("pid", Long.toString(pid));
    properties.setProperty("started-ms", Long.toString(startedMs));
    properties.setProperty("native", nativeUri);
    properties.setProperty("http", httpUri);
    StringWriter text = new StringWriter();
    properties.store(text, "The server that has this directory open");
    Path file = path(dataDir);
    Path fresh = file.resolveSibling(NAME + ".new");
    Files.writeString(fresh, text.toString(), StandardCharsets.UTF_8);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  static void delete(Path dataDir) throws IOException {
    Files.deleteIfExists(path(dataDir));
  }

  /**
   * Reads what a server left there.
   *
   * @throws IOException when the file is there and cannot be read
   */
  public static Optional<RunFile> read(Path dataDir) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(path(dataDir), StandardCharsets.UTF_8)) {
      properties.load(reader);
      return Optional.of(
          new RunFile(
              Long.parseLong(properties.getProperty("pid", "")),
              Long.parseLong(properties.getProperty("started-ms", "")),
              properties.getProperty("native", ""),
              properties.getProperty("http", "")));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      throw new IOException(path(dataDir) + " is damaged: " + e.getMessage(), e);
    }
  }

  /** The process, if it is still the one that wrote this. */
  public Optional<ProcessHandle> process() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> startedMs == 0 || Math.abs(startedMs(process) - startedMs) < 2_000);
  }
}
