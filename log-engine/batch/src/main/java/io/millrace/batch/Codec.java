package io.millrace.batch;

/** How the records of a batch are compressed: bits 0 to 2 of its attributes (KIP-98, KIP-110). */
public enum Codec {
  NONE(0),
  GZIP(1),
  SNAPPY(2),
  LZ4(3),
  ZSTD(4);

  private final int id;

  Codec(int id) {
    this.id = id;
  }

  /** The number that stands for this codec in a batch's attributes. */
  public int id() {
    return id;
  }

  /**
   * The codec with a number.
   *
   * @throws InvalidBatchException when there is none
   */
  public static Codec forId(int id) {
    return switch (id) {
      case 0 -> NONE;
      case 1 -> GZIP;
      case 2 -> SNAPPY;
      case 3 -> LZ4;
      case 4 -> ZSTD;
      default -> throw new InvalidBatchException("unknown compression codec " + id);
    };
  }
}
