package io.millrace.server.door.admin.auth;

import io.millrace.kernel.Randomness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Set;

/**
 * The secret that opens the admin API: 256 random bits, made at the first start and kept in a file
 * that only the server's user can read. Immutable.
 */
public final class AdminToken {
  /** The token's file in the data directory. */
  public static final String FILE_NAME = "admin-token";

  private static final int MIN_CHARS = 32;
  private static final int MAX_FILE_BYTES = 1024;

  private final String text;
  private final boolean created;

  private AdminToken(String text, boolean created) {
    this.text = text;
    this.created = created;
  }

  /**
   * Reads the token, or makes one.
   *
   * @param random must be cryptographically strong
   * @throws IOException when the file cannot be read or made, or holds no usable token
   */
  public static AdminToken loadOrCreate(Path file, Randomness random) throws IOException {
    if (Files.exists(file)) {
      return load(file);
    }
    String text = Secrets.next(random);
    // Written under another name first: a crash must not leave half a token.
    Path draft = file.resolveSibling(FILE_NAME + ".new");
    Files.deleteIfExists(draft);
    try (var channel =
        Files.newByteChannel(
            draft,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SYNC),
            ownerOnly(file))) {
      channel.write(StandardCharsets.US_ASCII.encode(text + "\n"));
    }
    Files.move(draft, file);
    return new AdminToken(text, true);
  }

  private static AdminToken load(Path file) throws IOException {
    if (Files.size(file) > MAX_FILE_BYTES) {
      throw new IOException(
          file + " holds no admin token: it is too long; delete it for a new one");
    }
    String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
    if (text.length() < MIN_CHARS) {
      throw new IOException(
          file + " holds no admin token: it is too short; delete it for a new one");
    }
    return new AdminToken(text, false);
  }

  private static FileAttribute<?>[] ownerOnly(Path file) {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
    };
  }

  /** Whether it was made just now, and its owner must be told where it is. */
  public boolean created() {
    return created;
  }

  /** The secret itself, for the line that tells the owner how to log in. Never logged. */
  public String text() {
    return text;
  }

  /** Compares in a time that does not depend on how much of the candidate is right. */
  public boolean matches(String candidate) {
    return MessageDigest.isEqual(
        text.getBytes(StandardCharsets.UTF_8), candidate.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "AdminToken[hidden]";
  }
}
