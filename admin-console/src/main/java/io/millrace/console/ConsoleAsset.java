package io.millrace.console;

/** One file of the console. Immutable: nobody writes into its bytes. */
public final class ConsoleAsset {
  private final String mediaType;
  private final String etag;
  private final boolean immutable;
  private final byte[] plain;
  private final byte[] gzip;

  /**
   * @param etag changes with the content
   * @param immutable whether the name changes with the content, so that it may be cached for ever
   * @param gzip the file compressed, or empty where that is no use
   */
  ConsoleAsset(String mediaType, String etag, boolean immutable, byte[] plain, byte[] gzip) {
    this.mediaType = mediaType;
    this.etag = etag;
    this.immutable = immutable;
    this.plain = plain;
    this.gzip = gzip;
  }

  public String mediaType() {
    return mediaType;
  }

  /** The file's entity tag, in quotation marks. */
  public String etag() {
    return etag;
  }

  /**
   * What {@code Cache-Control} should say: for ever where the name changes with the content, else
   * ask again each time.
   */
  public String cacheControl() {
    return immutable ? "public, max-age=31536000, immutable" : "no-cache";
  }

  public byte[] plain() {
    return plain;
  }

  /** The file compressed, or empty where that is no use. */
  public byte[] gzip() {
    return gzip;
  }
}
