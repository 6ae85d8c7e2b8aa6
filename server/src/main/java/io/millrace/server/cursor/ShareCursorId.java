package io.millrace.server.cursor;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * The cursor id of a share group (KIP-932): made of its name, so that every shard finds the group's
 * cursor without asking anyone. Its version bits are those of RFC 9562's version 8, which no
 * subscription's random id has, so that it is neither one of these nor {@link CursorKey#QUEUE}.
 */
public final class ShareCursorId {
  private static final String PREFIX = "share:";
  private static final int VERSION = 8;

  private ShareCursorId() {}

  /** The id of a group's cursor: always the same for a name. */
  public static UUID of(String groupId) {
    ByteBuffer digest =
        ByteBuffer.wrap(sha256().digest((PREFIX + groupId).getBytes(StandardCharsets.UTF_8)));
    long high = (digest.getLong() & ~0xf000L) | (long) VERSION << 12;
    long low = (digest.getLong() & ~(0b11L << 62)) | 0b10L << 62;
    return new UUID(high, low);
  }

  /** Whether an id was made here. */
  static boolean is(UUID cursorId) {
    return cursorId.version() == VERSION && cursorId.variant() == 2;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
