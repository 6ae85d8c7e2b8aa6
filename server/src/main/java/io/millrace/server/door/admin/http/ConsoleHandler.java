package io.millrace.server.door.admin.http;

import io.millrace.console.ConsoleAsset;
import io.millrace.console.ConsoleAssets;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Serves the console. Files whose names carry a hash may be kept for ever; the page itself is asked
 * for again each time, and answered with 304 while it is the same.
 */
public final class ConsoleHandler extends Handler.Abstract {
  private final ConsoleAssets assets;

  public ConsoleHandler(ConsoleAssets assets) {
    this.assets = assets;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Optional<ConsoleAsset> found = assets.find(Request.getPathInContext(request));
    if (found.isEmpty()) {
      return false;
    }
    if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
      response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
      Replies.text(response, callback, 405, "text/plain;charset=utf-8", "only GET\n");
      return true;
    }
    ConsoleAsset asset = found.get();
    HttpFields.Mutable headers = response.getHeaders();
    headers.put(HttpHeader.CACHE_CONTROL, asset.cacheControl());
    headers.put(HttpHeader.ETAG, asset.etag());
    headers.put(HttpHeader.VARY, "Accept-Encoding");
    @Nullable String known = request.getHeaders().get(HttpHeader.IF_NONE_MATCH);
    if (known != null && known.contains(asset.etag())) {
      response.setStatus(304);
      callback.succeeded();
      return true;
    }
    boolean gzip =
        asset.gzip().length > 0
            && request.getHeaders().contains(HttpHeader.ACCEPT_ENCODING, "gzip");
    if (gzip) {
      headers.put(HttpHeader.CONTENT_ENCODING, "gzip");
    }
    Replies.bytes(response, callback, 200, asset.mediaType(), gzip ? asset.gzip() : asset.plain());
    return true;
  }
}
