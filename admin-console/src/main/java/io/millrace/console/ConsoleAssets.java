package io.millrace.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The console's files, from the class path. Each is read once, when it is first asked for; they are
 * few and small. Safe for use from any thread.
 */
public final class ConsoleAssets {
  private static final String ROOT = "/io/millrace/console/";
  private static final Pattern NAME = Pattern.compile("(assets/)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9]+)+");
  private static final Set<String> COMPRESSIBLE = Set.of("html", "js", "css", "svg", "webmanifest");
  private static final Map<String, String> MEDIA_TYPES =
      Map.of(
          "html", "text/html;charset=utf-8",
          "js", "text/javascript;charset=utf-8",
          "css", "text/css;charset=utf-8",
          "svg", "image/svg+xml",
          "png", "image/png",
          "ico", "image/x-icon",
          "webmanifest", "application/manifest+json");

  private final Map<String, ConsoleAsset> cache = new ConcurrentHashMap<>();

  /** The file for a path of the console, {@code index.html} for its root. */
  public Optional<ConsoleAsset> find(String path) {
    String name = path.equals("/") ? "index.html" : path.substring(1);
    if (!NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    @Nullable ConsoleAsset cached = cache.get(name);
    if (cached != null) {
      return Optional.of(cached);
    }
    Optional<ConsoleAsset> loaded = load(name);
    loaded.ifPresent(asset -> cache.put(name, asset));
    return loaded;
  }

  private static Optional<ConsoleAsset> load(String name) {
    String extension = name.substring(name.lastIndexOf('.') + 1);
    @Nullable String mediaType = MEDIA_TYPES.get(extension);
    if (mediaType == null) {
      return Optional.empty();
    }
    try (InputStream in = ConsoleAssets.class.getResourceAsStream(ROOT + name)) {
      if (in == null) {
        return Optional.empty();
      }
      byte[] plain = in.readAllBytes();
      byte[] gzip = COMPRESSIBLE.contains(extension) ? compress(plain) : new byte[0];
      return Optional.of(
          new ConsoleAsset(mediaType, etag(plain), name.startsWith("assets/"), plain, gzip));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the console's file " + name, e);
    }
  }

  private static byte[] compress(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    }
    return out.size() < plain.length ? out.toByteArray() : new byte[0];
  }

  private static String etag(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return '"' + HexFormat.of().formatHex(digest, 0, 12) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
