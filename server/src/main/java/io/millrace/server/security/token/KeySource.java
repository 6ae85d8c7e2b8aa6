package io.millrace.server.security.token;

import io.millrace.kernel.Clock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Where the set of keys is: a file, or an address of HTTP. Reading it may take seconds. */
public final class KeySource {
  private static final int MAX_BYTES = 1 << 20;
  private static final int TIMEOUT_MS = 5000;
  private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(15);
  private static final int PIECE_BYTES = 8192;

  private final String place;
  private final Clock clock;

  /**
   * @param place a path, or a URL of http, https or file
   */
  public KeySource(String place, Clock clock) {
    this.place = place;
    this.clock = clock;
  }

  /** Whether the keys come over a network, so that they may be out of reach at a start. */
  public boolean isRemote() {
    return isHttp() || place.toLowerCase(Locale.ROOT).startsWith("https:");
  }

  /** Whether somebody on the way could exchange the keys. */
  public boolean isHttp() {
    return place.toLowerCase(Locale.ROOT).startsWith("http:");
  }

  /**
   * Reads the set, of at most 1 MiB.
   *
   * @throws IOException when it is not to be had
   */
  String read() throws IOException {
    if (!isRemote()) {
      Path file = place.startsWith("file:") ? Path.of(URI.create(place)) : Path.of(place);
      try (InputStream in = Files.newInputStream(file)) {
        return text(in);
      }
    }
    if (!(URI.create(place).toURL().openConnection() instanceof HttpURLConnection connection)) {
      throw new IOException("this is no address of HTTP");
    }
    try {
      connection.setConnectTimeout(TIMEOUT_MS);
      connection.setReadTimeout(TIMEOUT_MS);
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      connection.setRequestProperty("Accept", "application/jwk-set+json, application/json");
      if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
        throw new IOException("the answer is " + connection.getResponseCode());
      }
      try (InputStream in = connection.getInputStream()) {
        return text(in);
      }
    } finally {
      connection.disconnect();
    }
  }

  private String text(InputStream in) throws IOException {
    long begin = clock.nanoTime();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] piece = new byte[PIECE_BYTES];
    int read = in.read(piece);
    while (read >= 0) {
      all.write(piece, 0, read);
      if (all.size() > MAX_BYTES) {
        throw new IOException("it has more than " + MAX_BYTES + " bytes");
      }
      if (clock.nanoTime() - begin > LIMIT_NS) {
        throw new IOException("it does not come to an end");
      }
      read = in.read(piece);
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return place;
  }
}
