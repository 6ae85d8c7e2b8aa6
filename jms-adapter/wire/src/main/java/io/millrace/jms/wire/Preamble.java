package io.millrace.jms.wire;

import java.nio.ByteBuffer;

/**
 * The first eight bytes that a JMS client sends: "MRJM", highest version, lowest version. The first
 * byte is 0x4D, which as the high byte of a Kafka request's length would be a frame of more than a
 * gigabyte; so one byte tells the two clients apart.
 *
 * @param highestVersion newest protocol version the client speaks
 * @param lowestVersion oldest protocol version the client speaks
 */
public record Preamble(int highestVersion, int lowestVersion) {
  /** "MRJM" as a big-endian integer. */
  public static final int MAGIC = 0x4D524A4D;

  /** The byte by which a server recognises the protocol. */
  public static final byte FIRST_BYTE = 0x4D;

  /** Length on the wire, in bytes. */
  public static final int BYTES = 8;

  /** The version that this code speaks. */
  public static final int VERSION = 1;

  /** The preamble of this code. */
  public static final Preamble CURRENT = new Preamble(VERSION, VERSION);

  public void writeTo(ByteBuffer target) {
    target.putInt(MAGIC).putShort((short) highestVersion).putShort((short) lowestVersion);
  }

  /**
   * Reads eight bytes.
   *
   * @throws WireException if fewer remain, the magic is another, or the versions are out of order
   */
  public static Preamble readFrom(ByteBuffer source) throws WireException {
    if (source.remaining() < BYTES) {
      throw new WireException("a preamble of " + source.remaining() + " bytes");
    }
    int magic = source.getInt();
    int highest = source.getShort() & 0xFFFF;
    int lowest = source.getShort() & 0xFFFF;
    if (magic != MAGIC || lowest == 0 || lowest > highest) {
      throw new WireException("not a JMS client's preamble");
    }
    return new Preamble(highest, lowest);
  }

  /**
   * The version both ends use: the lower of the two highest ones.
   *
   * @throws WireException if the client speaks none that this code knows
   */
  public int negotiate() throws WireException {
    if (lowestVersion > VERSION) {
      throw new WireException(
          "the client needs protocol version " + lowestVersion + ", this server speaks " + VERSION);
    }
    return Math.min(highestVersion, VERSION);
  }
}
