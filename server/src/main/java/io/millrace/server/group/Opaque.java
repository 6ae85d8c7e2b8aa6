package io.millrace.server.group;

import java.util.Arrays;

/** Bytes that clients exchange and the server does not look into. Compared by content. */
final class Opaque {
  static final Opaque EMPTY = new Opaque(new byte[0]);

  private final byte[] bytes;

  private Opaque(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes the array over; nobody changes it any more. */
  static Opaque of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Opaque(bytes);
  }

  /** Not to be changed. */
  byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Opaque that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
