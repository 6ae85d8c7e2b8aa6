package io.millrace.server.door.admin.http;

/** One file of the console. Immutable: nobody writes into its bytes. */
final class Asset {
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
  Asset(String mediaType, String etag, boolean immutable, byte[] plain, byte[] gzip) {
    this.mediaType = mediaType;
    this.etag = etag;
    this.immutable = immutable;
    this.plain = plain;
    this.gzip = gzip;
  }

  String mediaType() {
    return mediaType;
  }

  String etag() {
    return etag;
  }

  boolean immutable() {
    return immutable;
  }

  byte[] plain() {
    return plain;
  }

  byte[] gzip() {
    return gzip;
  }
}
